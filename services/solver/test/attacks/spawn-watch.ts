// Watches what a solver has created in the engine, and judges each container: a sandbox that equals the spec field by
// field, or a violation. The solver reaches the engine through this watch alone, so that a container is inspected
// before the solver hears of it; the engine's own event stream says whether one came by another way.
import {
  type ContainerSpec,
  containerSpec,
  decodeLabels,
  inspectDifferences,
  sandboxIdOf,
} from '@astrogate/sandbox-spec';
import { sandboxLifeMs, warmMs } from '../../src/limits.js';
import { createDockerEngine, reviewedApiVersion } from '../../src/sandbox/docker-engine.js';
import { parseEndpoint } from '../../src/sandbox/endpoint.js';
import { until } from '../solver-under-test.js';
import { followCreations } from './engine-events.js';
import { openToll } from './engine-toll.js';

/** Longest time from an event to the judgement, on a busy machine. */
const judgedMs = 5_000;

export interface SpawnWatch extends AsyncDisposable {
  /** Where the watched solver finds its engine. */
  readonly url: string;
  /** Containers that were created through it so far. */
  readonly created: number;
  /** "METHOD /path" of everything that was asked through it, ids replaced by "ID". */
  readonly asked: ReadonlySet<string>;
  /**
   * One line for everything that is not as it should be, once each container that went through the watch has shown in
   * the event stream, too. Empty: no container but spec-equal sandboxes was ever created.
   */
  violations(): Promise<string[]>;
}

export interface Expected {
  /** "sha256:" and 64 hex digits. */
  readonly imageId: string;
  readonly instanceId: string;
}

/** Starts to watch the engine at `engineUrl` for the solver `instanceId`, whose sandboxes have image `imageId`. */
export async function watchSpawns(engineUrl: string, expected: Expected): Promise<SpawnWatch> {
  const endpoint = parseEndpoint(engineUrl);
  const engine = createDockerEngine(endpoint);
  /** By container id: what is wrong with it. */
  const judged = new Map<string, string[]>();
  const others: string[] = [];
  const events = await followCreations(endpoint, expected.instanceId);
  const toll = await openToll(endpoint, {
    onCreated: async (id) => {
      judged.set(id, judge(await engine.inspect(id), expected));
    },
    onIrregular: (line) => others.push(line),
  });
  return {
    url: toll.url,
    get created() {
      return judged.size;
    },
    asked: toll.asked,
    async violations() {
      await until(async () => [...judged.keys()].every((id) => events.ids.has(id)), 20_000);
      await events.flush();
      const strays = () => [...events.own].filter((id) => !judged.has(id));
      // One that was created just now shows in the events before the watch has looked at it.
      await until(async () => strays().length === 0, judgedMs).catch(() => {});
      return [
        ...others,
        ...strays().map((id) => `${id.slice(0, 12)} was created past the watch`),
        ...[...judged.values()].flat(),
      ];
    },
    async [Symbol.asyncDispose]() {
      events.close();
      await toll.close();
    },
  };
}

/** What is wrong with a container, a line each. */
function judge(inspected: unknown, expected: Expected): string[] {
  const spec = specOf(inspected, expected);
  if (typeof spec === 'string') return [spec];
  return inspectDifferences(inspected, spec, reviewedApiVersion).map((difference) => `${spec.name} ${difference}`);
}

/** The spec that the container says to have, or why it can be no sandbox of ours. */
function specOf(inspected: unknown, { imageId, instanceId }: Expected): ContainerSpec | string {
  const { Name, Config } = inspected as { Name: string; Config: { Labels: Record<string, string> | null } };
  const sandboxId = sandboxIdOf(Name);
  const labels = decodeLabels(Config.Labels ?? {});
  if (sandboxId === undefined) return `${Name} has no name of a sandbox`;
  if (labels?.instanceId !== instanceId) return `${Name} has not the labels of this solver`;
  const lifeMs = labels.expiresAt.getTime() - Date.now();
  // A sandbox may have been made a moment ago, on a busy machine.
  if (lifeMs > warmMs + sandboxLifeMs || lifeMs < 0) return `${Name} expires at the wrong time`;
  return containerSpec(sandboxId, { imageId, instanceId, expiresAt: labels.expiresAt });
}
