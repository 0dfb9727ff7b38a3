// An admin job as it is kept, and what its store must do. The attempt is the fencing token, as with solve jobs.
import type { Once } from '../jobs/once.js';
import type { JobEvent, JobState } from './job-state.js';
import type { Json, PlanShape } from './plan.js';

export interface SystemJob {
  readonly id: string;
  /** Which plan it follows. */
  readonly kind: string;
  readonly params: Json;
  readonly actor: string;
  readonly requestId: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly state: JobState;
  readonly kept: Readonly<Record<string, Json>>;
  /** Grows with every change. */
  readonly version: number;
  /** Counts those that have taken it. */
  readonly attempt: number;
}

export type NewSystemJob = Pick<SystemJob, 'id' | 'kind' | 'params' | 'actor' | 'requestId' | 'createdAt' | 'state'>;

/** Whose job it is: valid while nobody else has taken it. */
export type SystemHold = Pick<SystemJob, 'id' | 'attempt'>;

export interface SystemJobStore {
  /** How long a job is one's own without being renewed, milliseconds. */
  readonly leaseMs: number;
  /**
   * Writes a job that is ours at once; or, with a key that is known, finds the one that was made with it. Throws
   * `system_job_active` while another has not ended, and `idempotency_mismatch`.
   */
  create(job: NewSystemJob, once: Once | undefined): Promise<{ job: SystemJob; isNew: boolean }>;
  /** The job that was made with this key. Throws `idempotency_mismatch`. */
  find(once: Once, now: Date): Promise<SystemJob | undefined>;
  get(id: string): Promise<SystemJob | undefined>;
  /** Newest first. */
  list(limit: number): Promise<SystemJob[]>;
  /** The job that has not ended, when nobody has it. */
  take(): Promise<SystemJob | undefined>;
  /** A job that waits for the operator, whoever has it: nothing is done for it meanwhile. Undefined: it does not wait. */
  steal(id: string): Promise<SystemJob | undefined>;
  /** False: it is no longer ours. */
  renew(hold: SystemHold): Promise<boolean>;
  /** Gives it back for whoever comes, and leaves its state as it is. */
  release(hold: SystemHold): Promise<void>;
  /** Persists what happened. Undefined: it is not ours, or that cannot happen. */
  change(hold: SystemHold, event: JobEvent, shape: PlanShape): Promise<SystemJob | undefined>;
  /** As `change`, for whoever does not have the job. */
  ask(id: string, event: JobEvent & { type: 'cancel' }, shape: PlanShape): Promise<SystemJob | undefined>;
  /** Persists what the present step kept or noted. False: it is not ours. */
  write(
    hold: SystemHold,
    what: { readonly key: string; readonly value: Json } | { readonly note: string },
  ): Promise<boolean>;
  /** Calls back at every change of any job, whichever api makes it, and when notices may have been missed (no id). */
  listen(onChange: (id: string | undefined) => void): Promise<() => Promise<void>>;
}
