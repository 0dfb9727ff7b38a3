// AdminService: stop, start, restart, reload of configured targets. Every act leaves one audit line.
import type { Logger } from '@astrogate/common';
import {
  type AdminServiceHandlers,
  AstrogateError,
  actorPattern,
  identifierPattern,
  type TargetRequestMessage,
  targetAliasPattern,
} from '@astrogate/proto';
import { type CallContext, unary } from '../grpc/unary.js';
import type { DockerEngine } from '../sandbox/docker-engine.js';
import { EngineError } from '../sandbox/engine-error.js';
import type { SolverState } from '../solver-state.js';
import { ActRate } from './act-rate.js';
import { describeTarget, findTarget, type Targets } from './targets.js';

interface Parts {
  readonly engine: DockerEngine;
  readonly targets: Targets;
  readonly state: SolverState;
  readonly log: Logger;
  /** Milliseconds of a clock that is never set. */
  readonly now: () => number;
}

type Act = 'restart' | 'stop' | 'start' | 'reload';
const defaultGraceSeconds = 10;
const maxGraceSeconds = 120;

export function createAdminHandlers(parts: Parts): AdminServiceHandlers {
  const { engine, targets, state, log } = parts;
  const rate = new ActRate(parts.now);
  const act = (name: Act) =>
    unary(log, (request: TargetRequestMessage, context) => perform({ ...parts, rate }, name, request, context));
  return {
    GetCapabilities: unary(log, () => ({ engine: state.hasEngine, targets: [...targets.keys()] })),
    ListTargets: unary(log, async () => {
      const described = Promise.all([...targets.keys()].map((alias) => describeTarget(engine, targets, alias)));
      return {
        targets: await described.catch((error) => {
          throw aboutTargets(error);
        }),
      };
    }),
    RestartTarget: act('restart'),
    StopTarget: act('stop'),
    StartTarget: act('start'),
    ReloadTarget: act('reload'),
  };
}

async function perform(
  parts: Parts & { rate: ActRate },
  act: Act,
  request: TargetRequestMessage,
  { peer }: CallContext,
) {
  const { alias, actor, requestId } = request;
  const graceSeconds = checkRequest(request);
  const begun = performance.now();
  const audit = { audit: true, act, alias, actor, requestId, peer };
  try {
    // An alias that is not configured costs nothing, and ListTargets names those that are.
    if (parts.targets.has(alias)) parts.rate.take(peer);
    const containerId = await findTarget(parts.engine, parts.targets, alias);
    await acts[act](parts.engine, containerId, graceSeconds);
    const target = await describeTarget(parts.engine, parts.targets, alias);
    const seconds = (performance.now() - begun) / 1000;
    parts.log.info({ ...audit, containerId, state: target.state, seconds }, 'admin act');
    return { target, seconds };
  } catch (thrown) {
    const error = aboutTargets(thrown);
    parts.log.warn({ ...audit, code: AstrogateError.from(error).code, err: error }, 'admin act failed');
    throw error;
  }
}

/** To whoever asks for acts, what the engine says is about a target and not about sandboxes. */
function aboutTargets(error: unknown): unknown {
  if (!(error instanceof EngineError)) return error;
  if (error.kind === 'not_found') return new AstrogateError('not_found', 'No container is this target');
  return new AstrogateError(error.kind === 'unreachable' ? 'engine_unavailable' : 'target_failed', undefined, {
    cause: error,
  });
}

const acts: Record<Act, (engine: DockerEngine, id: string, graceSeconds: number) => Promise<unknown>> = {
  restart: (engine, id, graceSeconds) => engine.restart(id, graceSeconds),
  stop: (engine, id, graceSeconds) => engine.stop(id, graceSeconds),
  start: (engine, id) => engine.start(id),
  reload: async (engine, id) => {
    const { State } = await engine.inspect(id);
    if (State.Status !== 'running') throw new AstrogateError('target_not_running');
    await engine.signal(id, 'HUP');
  },
};

/** The grace in seconds. Throws `invalid_request` naming the field. */
function checkRequest({ alias, actor, requestId, graceSeconds = defaultGraceSeconds }: TargetRequestMessage): number {
  const fields: [boolean, string][] = [
    [targetAliasPattern.test(alias), 'alias'],
    [actorPattern.test(actor), 'actor'],
    [identifierPattern.test(requestId), 'request_id'],
    [graceSeconds <= maxGraceSeconds, 'grace_seconds'],
  ];
  const wrong = fields.find(([isRight]) => !isRight);
  if (wrong) throw new AstrogateError('invalid_request', `Field ${wrong[1]} is wrong`);
  return graceSeconds;
}
