// A solve job and the ways its state may change. Pure: nothing here reads a clock or does I/O.
import {
  type ErrorCode,
  type HeaderGuess,
  type Hints,
  type ImageFormat,
  isErrorCode,
  type JobLimits,
  type OutcomeMessage,
  type Stage,
} from '@astrogate/proto';

export const jobStatuses = ['queued', 'running', 'solved', 'not_solved', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof jobStatuses)[number];

export interface JobUpload {
  readonly bytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly format: ImageFormat;
  /** Name that the client gave, for display only. */
  readonly name: string | undefined;
  /** Where it is kept; it is gone once the job has ended. */
  readonly key: string;
}

export interface JobProgress {
  readonly stage: Stage;
  readonly detail: string;
  /** Seconds since the attempt started. */
  readonly elapsedSeconds: number;
}

export interface JobFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** How the delivery of a job's webhook stands. `waiting`: the job has not ended; `pending`: it is to be sent. */
export const webhookStates = ['waiting', 'pending', 'delivered', 'given_up'] as const;
export type WebhookState = (typeof webhookStates)[number];

/** What may be known of a job's webhook: neither its secret nor its URL, in which callers may have put a token. */
export interface JobWebhook {
  readonly host: string;
  readonly state: WebhookState;
  /** Attempts that were made or are being made. */
  readonly attempts: number;
  /** Why the last one failed. */
  readonly reason: string | null;
}

export interface Job {
  /** Unguessable: whoever has it may read, cancel and delete the job, unless it belongs to an account. */
  readonly id: string;
  /** Opaque name of whoever asked; the solver learns by it. */
  readonly callerKey: string;
  /** The account that it belongs to, or who may list it; undefined: nobody. */
  readonly ownerKey?: string;
  /** The HTTP request that made it. */
  readonly requestId: string;
  readonly status: JobStatus;
  readonly createdAt: Date;
  /** For so long after its first attempt, one that found no solver or no slot is made again; milliseconds. */
  readonly retryMs: number;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  readonly upload: JobUpload;
  readonly hints: Hints;
  /** What the picture's header says. */
  readonly guesses: readonly HeaderGuess[];
  readonly limits: JobLimits;
  readonly progress?: JobProgress;
  /** What the sandbox answered; it may hold a failure of its own. */
  readonly outcome?: OutcomeMessage;
  readonly failure?: JobFailure;
  /** Undefined: none was asked for, or whoever read the job did not ask. */
  readonly webhook?: JobWebhook;
}

/** How a job may end. */
export type JobEnd =
  | { readonly outcome: OutcomeMessage }
  | { readonly failure: JobFailure }
  | { readonly cancelled: true };

export function hasEnded(job: Pick<Job, 'status'>): boolean {
  return job.status !== 'queued' && job.status !== 'running';
}

/** queued → running, when a slot of the solver is held; anything else stays as it is. */
export function start(job: Job, now: Date): Job {
  return job.status === 'queued' ? { ...job, status: 'running', startedAt: now } : job;
}

/** The latest progress of a running job. */
export function advance(job: Job, progress: JobProgress): Job {
  return job.status === 'running' ? { ...job, progress } : job;
}

/** Ends a job. The first end counts: a job that has ended stays as it is. */
export function end(job: Job, how: JobEnd, now: Date): Job {
  if (hasEnded(job)) return job;
  const { progress: _, ...rest } = job;
  return { ...rest, finishedAt: now, ...endOf(how) };
}

/** What of a job says how it ended. */
export function endOf(how: JobEnd): Pick<Job, 'status' | 'outcome' | 'failure'> {
  if ('cancelled' in how) return { status: 'cancelled' };
  if ('failure' in how) return { status: 'failed', failure: how.failure };
  return fromOutcome(how.outcome);
}

function fromOutcome(outcome: OutcomeMessage): Pick<Job, 'status' | 'outcome' | 'failure'> {
  if (outcome.solution) return { status: 'solved', outcome };
  if (outcome.notSolved) return { status: 'not_solved', outcome };
  const { code, message } = outcome.failure ?? { code: '', message: '' };
  return { status: 'failed', outcome, failure: { code: knownCode(code), message } };
}

function knownCode(code: string): ErrorCode {
  return isErrorCode(code) ? code : 'solver_failed';
}
