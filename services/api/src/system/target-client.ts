// AdminService of one solver, as admin jobs ask it: which targets there are, and the four acts on them.
import type { TlsFiles } from '@astrogate/common';
import {
  type AdminServiceClient,
  adminService,
  type TargetMessage,
  type TargetRequestMessage,
  type TargetResponseMessage,
} from '@astrogate/proto';
import { askUnary, openClient } from '../rpc/channel.js';
import type { Place } from '../solvers/solver-address.js';
import { questionError, targetError } from './target-error.js';

export type Act = 'restart' | 'stop' | 'start' | 'reload';

export interface Target {
  readonly alias: string;
  /** `ambiguous`: more than one container carries its labels. `other`: created, paused, restarting, removing, dead. */
  readonly state: 'absent' | 'running' | 'exited' | 'other' | 'ambiguous';
  /** When its container was last started, RFC 3339; empty: never. */
  readonly startedAt: string;
}

export interface Capabilities {
  /** Whether there is a Docker Engine behind the solver, so that acts are possible. */
  readonly engine: boolean;
  /** The aliases that it knows. */
  readonly targets: readonly string[];
}

/** Who caused an act, for the audit line of the solver. */
export interface Cause {
  /** 1 to 64 characters of [A-Za-z0-9_@.:-]. */
  readonly actor: string;
  /** 1 to 64 characters of [A-Za-z0-9_-]. */
  readonly requestId: string;
}

/** Everything throws AstrogateError: `engine_unavailable`, `target_absent`, `ambiguous_target`, `target_not_running`, … */
export interface TargetClient {
  capabilities(): Promise<Capabilities>;
  list(): Promise<Target[]>;
  /** Resolves with the state after the act. `graceSeconds`, 0 to 120: between SIGTERM and SIGKILL. */
  act(act: Act, alias: string, cause: Cause, options?: ActOptions): Promise<Target>;
  close(): void;
}

export interface ActOptions {
  readonly graceSeconds?: number;
  readonly signal?: AbortSignal;
}

const questionMs = 5_000;
const usualGraceSeconds = 10;
/** Beside the grace: the engine stops and starts a container within seconds, on a busy disk within tens of them. */
const actMs = 45_000;

export class GrpcTargetClient implements TargetClient {
  readonly #client: AdminServiceClient;

  constructor(place: Pick<Place, 'name' | 'addresses'>, tls: TlsFiles) {
    this.#client = openClient<AdminServiceClient>(adminService, 'AdminService', place, tls);
  }

  async capabilities(): Promise<Capabilities> {
    return askUnary<Capabilities>((...call) => this.#client.getCapabilities({}, ...call), {
      timeoutMs: questionMs,
      toError: questionError,
    });
  }

  async list(): Promise<Target[]> {
    const { targets } = await askUnary<{ targets: TargetMessage[] }>(
      (...call) => this.#client.listTargets({}, ...call),
      { timeoutMs: questionMs, toError: questionError },
    );
    return targets.map(toTarget);
  }

  async act(act: Act, alias: string, { actor, requestId }: Cause, options: ActOptions = {}): Promise<Target> {
    const { graceSeconds = usualGraceSeconds, signal } = options;
    const request: TargetRequestMessage = { alias, actor, requestId, graceSeconds };
    const { target } = await askUnary<TargetResponseMessage>(
      (...call) => this.#client[methodOf[act]](request, ...call),
      { timeoutMs: graceSeconds * 1000 + actMs, requestId, toError: targetError, ...(signal && { signal }) },
    );
    if (!target) throw targetError('INTERNAL', undefined, new Error('the answer names no target'));
    return toTarget(target);
  }

  close(): void {
    this.#client.close();
  }
}

const methodOf = {
  restart: 'restartTarget',
  stop: 'stopTarget',
  start: 'startTarget',
  reload: 'reloadTarget',
} as const satisfies Record<Act, keyof AdminServiceClient>;

const stateOf: Readonly<Record<string, Target['state']>> = {
  TARGET_STATE_ABSENT: 'absent',
  TARGET_STATE_RUNNING: 'running',
  TARGET_STATE_EXITED: 'exited',
  TARGET_STATE_AMBIGUOUS: 'ambiguous',
};

function toTarget({ alias, state, startedAt }: TargetMessage): Target {
  return { alias, state: stateOf[state] ?? 'other', startedAt };
}
