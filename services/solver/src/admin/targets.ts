// The containers that admin calls may act on. A caller names an alias; which labels that means is our configuration.
import { AstrogateError, type TargetInit } from '@astrogate/proto';
import type { Targets } from '@astrogate/sandbox-spec';
import type { ContainerState, ContainerSummary, DockerEngine } from '../sandbox/docker-engine.js';
import { EngineError, isEngineError } from '../sandbox/engine-error.js';

export type { Targets };

type Engine = Pick<DockerEngine, 'list' | 'inspect'>;

/** The id of the one container that `alias` means. Throws `not_found` or `ambiguous_target`. */
export async function findTarget(engine: Engine, targets: Targets, alias: string): Promise<string> {
  const [container, ...others] = await containersOf(engine, targets, alias);
  if (!container) throw new AstrogateError('not_found', 'No container is this target');
  if (others.length > 0) throw new AstrogateError('ambiguous_target');
  return container.Id;
}

/** What `alias` is now. Throws `not_found` only for an alias that is not configured. */
export async function describeTarget(engine: Engine, targets: Targets, alias: string): Promise<TargetInit> {
  const [container, ...others] = await containersOf(engine, targets, alias);
  if (!container) return { alias, state: 'TARGET_STATE_ABSENT' };
  if (others.length > 0) return { alias, state: 'TARGET_STATE_AMBIGUOUS' };
  try {
    return { alias, ...describeState((await engine.inspect(container.Id)).State) };
  } catch (error) {
    if (isEngineError(error, 'not_found')) return { alias, state: 'TARGET_STATE_ABSENT' };
    throw EngineError.of(error);
  }
}

async function containersOf(engine: Engine, targets: Targets, alias: string): Promise<ContainerSummary[]> {
  const selector = targets.get(alias);
  if (!selector) throw new AstrogateError('not_found', 'There is no target with this alias');
  return await engine.list(selector.label, selector.value);
}

function describeState(state: ContainerState): Omit<TargetInit, 'alias'> {
  const wasStarted = !state.StartedAt.startsWith('0001-');
  return {
    state: stateNames[state.Status] ?? 'TARGET_STATE_OTHER',
    startedAt: wasStarted ? new Date(state.StartedAt).toISOString() : '',
    exitCode: state.ExitCode,
  };
}

const stateNames: Readonly<Record<string, 'TARGET_STATE_RUNNING' | 'TARGET_STATE_EXITED'>> = {
  running: 'TARGET_STATE_RUNNING',
  exited: 'TARGET_STATE_EXITED',
};
