// Everything that the solver is made of, built from leaf to root. Tests replace members through `overrides`.
import { createLogger, type Logger } from '@astrogate/common';
import type { StarIndexInit } from '@astrogate/proto';
import { type ContainerSpec, containerSpec } from '@astrogate/sandbox-spec';
import type { SolverConfig } from './config.js';
import { LearnedHints } from './hints/learned-hints.js';
import { Admission } from './jobs/admission.js';
import { InFlight } from './jobs/in-flight.js';
import { Tally } from './jobs/tally.js';
import { logLines, sandboxLifeMs, warmMs } from './limits.js';
import { LogRing } from './ops/log-ring.js';
import { absent, absentEngine } from './sandbox/absent-engine.js';
import { chooseApiVersion } from './sandbox/api-version.js';
import { createDockerEngine, type DockerEngine, reviewedApiVersion } from './sandbox/docker-engine.js';
import { createSandboxSource, type SandboxSource } from './sandbox/docker-sandbox.js';
import { readInstanceId } from './sandbox/instance-id.js';
import { LiveSandboxes } from './sandbox/live-sandboxes.js';
import { type Preflight, preflight } from './sandbox/preflight.js';
import { indexesInDirectory, indexesOfImage } from './sandbox/star-indexes.js';
import { WarmPool } from './sandbox/warm-pool.js';
import { SolverState } from './solver-state.js';

export interface SolverContext {
  readonly config: SolverConfig;
  readonly log: Logger;
  readonly logRing: LogRing;
  readonly instanceId: string;
  readonly engine: DockerEngine;
  readonly preflight: Preflight;
  readonly indexes: readonly StarIndexInit[];
  readonly state: SolverState;
  readonly admission: Admission;
  readonly inFlight: InFlight;
  readonly learned: LearnedHints;
  readonly tally: Tally;
  readonly live: LiveSandboxes;
  /** The one container, for a new sandbox id. */
  readonly specFor: (sandboxId: string) => ContainerSpec;
  readonly pool: WarmPool;
  /** The pool, unless a test puts its own here. */
  readonly sandboxes: SandboxSource;
}

export type Overrides = Partial<Pick<SolverContext, 'sandboxes' | 'log'>> & {
  /** What is created in place of the one container; for test programs only. */
  readonly specFor?: (sandboxId: string, spec: ContainerSpec) => ContainerSpec;
  /** Most warm sandboxes in place of one per slot; 0 for test programs that never say `ready`. */
  readonly warmSandboxes?: number;
};

/** Throws ConfigError when the solver must not start, EngineError when there is no engine. */
export async function createContext(config: SolverConfig, overrides: Overrides = {}): Promise<SolverContext> {
  const logRing = new LogRing(logLines);
  const log = overrides.log ?? createLogger('solver', config.logLevel, logRing);
  const instanceId = readInstanceId(config.stateDir);
  const [engine, checked] = config.hasEngine ? await findEngine(config, log) : [absentEngine(config.engine), absent];
  const live = new LiveSandboxes();
  const spec = (sandboxId: string) =>
    containerSpec(sandboxId, {
      imageId: checked.image.Id,
      instanceId,
      expiresAt: new Date(Date.now() + warmMs + sandboxLifeMs),
      indexDir: config.indexDir,
    });
  const specFor = (sandboxId: string) => overrides.specFor?.(sandboxId, spec(sandboxId)) ?? spec(sandboxId);
  const state = new SolverState();
  state.setEngineLost(!config.hasEngine);
  const admission = new Admission(config);
  const source = createSandboxSource({ engine, live, log, specFor });
  const slots = overrides.warmSandboxes ?? config.slots;
  const pool = new WarmPool({ source, live, admission, state, log, slots });
  return {
    config,
    log,
    logRing,
    instanceId,
    engine,
    preflight: checked,
    indexes: [
      ...indexesOfImage(checked.image.Config.Labels),
      ...(config.indexDir === undefined ? [] : indexesInDirectory(config.indexDir)),
    ],
    state,
    admission,
    inFlight: new InFlight(),
    learned: new LearnedHints(),
    tally: new Tally(),
    live,
    specFor,
    pool,
    sandboxes: overrides.sandboxes ?? pool,
  };
}

async function findEngine({ engine: endpoint, sandboxImage }: SolverConfig, log: Logger) {
  const apiVersion = chooseApiVersion(await createDockerEngine(endpoint, null).version());
  if (apiVersion !== reviewedApiVersion)
    log.warn({ apiVersion, reviewedApiVersion }, 'this engine speaks no reviewed API version');
  const engine = createDockerEngine(endpoint, apiVersion);
  return [engine, await preflight(engine, sandboxImage)] as const;
}
