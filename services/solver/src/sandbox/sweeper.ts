// Removes sandboxes that nobody holds any more: our own leftovers at once, those of other solvers after they expired.
// What does not carry our owner label, complete and well-formed, is not looked at twice.
import type { Logger } from '@astrogate/common';
import { decodeLabels, owner, ownerLabel, sandboxIdOf } from '@astrogate/sandbox-spec';
import type { ContainerSummary, DockerEngine } from './docker-engine.js';
import { isEngineError } from './engine-error.js';
import type { LiveSandboxes } from './live-sandboxes.js';

interface Parts {
  readonly engine: DockerEngine;
  readonly live: LiveSandboxes;
  readonly log: Logger;
  readonly instanceId: string;
}

/** Whether a container is a sandbox that may be removed at `now`. */
export function isLeftover(
  container: Pick<ContainerSummary, 'Names' | 'Labels'>,
  { instanceId, live }: Pick<Parts, 'instanceId' | 'live'>,
  now: Date,
): boolean {
  const sandboxId = sandboxIdOf(container.Names[0] ?? '');
  const labels = decodeLabels(container.Labels);
  if (sandboxId === undefined || labels === undefined || live.has(sandboxId)) return false;
  return labels.instanceId === instanceId || labels.expiresAt < now;
}

/** One sweep. Returns how many were removed; throws EngineError when the engine does not answer. */
export async function sweep(parts: Parts): Promise<number> {
  const containers = await parts.engine.list(ownerLabel, owner);
  parts.live.forgetLeft();
  const leftovers = containers.filter((container) => isLeftover(container, parts, new Date()));
  let removed = 0;
  for (const { Id, Names } of leftovers) {
    try {
      await parts.engine.remove(Id);
      removed += 1;
      parts.log.warn({ sandbox: Names[0] }, 'leftover sandbox removed');
    } catch (error) {
      parts.log.warn({ err: error, sandbox: Names[0] }, 'leftover sandbox not removed');
      parts.live.leave(sandboxIdOf(Names[0] ?? '') ?? '');
      // Each further one would wait as long again, and meanwhile nobody looks at the engine.
      if (isEngineError(error, 'unreachable')) throw error;
    }
  }
  return removed;
}
