// Where jobs and their queue are kept. The rest of the api knows only this interface. Every method throws
// `storage_unavailable` when the database is away; what it would have done may then have happened or not.
import type { AuditAct } from '../audit/audit.js';
import type { AuditStore } from '../audit/audit-store.js';
import type { LimitStore } from '../limits/limit-store.js';
import type { Quota } from '../limits/quotas.js';
import type { DeliveryStore, WebhookTarget } from '../webhooks/delivery-store.js';
import type { Job, JobEnd, JobProgress, JobStatus } from './job.js';
import type { Once } from './once.js';

/** An attempt as the store knows it. The number is the fencing token: with an older one nothing can be recorded. */
export interface Hold {
  readonly id: string;
  readonly attempt: number;
}

/** A job that was taken to make an attempt at it. */
export interface Claim extends Hold {
  readonly job: Job;
  /** Earlier attempts that were lost after the solver had accepted them. */
  readonly broken: number;
  /** Since when the job could be dispatched, if a slot were free. */
  readonly readyAt: Date;
  /** When it was taken first. Its time in the queue says nothing about the solver. */
  readonly triedAt: Date;
}

/** What one learns of changes, from this process or another. */
export interface JobListener {
  /** There is a job to take. */
  queued(): void;
  ended(id: string): void;
  /** Something about a job has changed, or it has been deleted. */
  changed?(id: string): void;
  /** Changes may have been missed. */
  gap(): void;
}

/** What comes with a job and is no part of it. */
export interface SubmitExtras {
  readonly webhook?: WebhookTarget | undefined;
  readonly once?: Once | undefined;
  /** What its caller may use on this day; the job counts. */
  readonly quota?: Quota | undefined;
}

/** Something that happened to a job. */
export interface JobEvent {
  /** Grows from event to event of one job. */
  readonly seq: number;
  /** Number of the latest attempt; 0 before the first. */
  readonly attempt: number;
  readonly status: JobStatus;
  readonly progress?: JobProgress;
  readonly at: Date;
}

export interface JobEvents {
  readonly events: readonly JobEvent[];
  /** Whether there will be no more than these and those that follow them already. */
  readonly hasEnded: boolean;
}

/** Which jobs to list. */
export interface JobFilter {
  /** Undefined: anybody's. */
  readonly ownerKey: string | undefined;
  /** Empty: any. */
  readonly statuses: readonly JobStatus[];
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
  /** Only jobs behind this one. */
  readonly behind?: { readonly createdAt: Date; readonly id: string };
  readonly limit: number;
}

/** Where a job stands that waits for a slot. */
export interface QueuePlace {
  /** Jobs that are handed out before it; counted no further than `mostCounted`. */
  readonly ahead: number;
  /** Mean time of the last attempts that ended by themselves, seconds; undefined: there is none. */
  readonly runSeconds: number | undefined;
}

/** Nobody waits for the ten-thousandth place; counting further would only cost time. */
export const mostCounted = 10_000;

/** What of ended jobs is kept. */
export interface Keeping {
  readonly now: Date;
  readonly keepMs: number;
  readonly keepJobs: number;
  readonly keepBytes: number;
}

export interface JobStore {
  /** How long a job that was taken is ours without being renewed, milliseconds. */
  readonly leaseMs: number;
  /** Of webhooks; each becomes due with the record of its job's end. */
  readonly deliveries: DeliveryStore;
  readonly audit: AuditStore;
  readonly limits: LimitStore;
  /** Rejects when the database cannot be asked. */
  check(): Promise<void>;
  /** Jobs that wait for a slot. */
  waiting(): Promise<number>;
  /** Whether a job was made with this key. */
  isKnown(name: Pick<Once, 'scope' | 'key'>, now: Date): Promise<boolean>;
  /**
   * Keeps and queues a job, in one, with the webhook that its end is told to, and returns it; or returns the job that
   * was made by the same request before, and keeps nothing. Throws `busy` when `queueLimit` jobs wait already, and `idempotency_mismatch`.
   */
  submit(job: Job, queueLimit: number, extras?: SubmitExtras): Promise<Job>;
  get(id: string): Promise<Job | undefined>;
  /** Takes at most `count` jobs, in fair order. Each is ours until its lease lapses. */
  claim(count: number, now: Date): Promise<Claim[]>;
  /** Renews the leases of `holds`. Returns the ids of those that are ours still. */
  renew(holds: readonly Hold[]): Promise<ReadonlySet<string>>;
  /** The solver has accepted the attempt. */
  start(hold: Hold, at: Date): Promise<void>;
  advance(hold: Hold, progress: JobProgress): Promise<void>;
  /** Records how the job ended. Undefined when the attempt is ours no longer or the job had ended. */
  finish(hold: Hold, how: JobEnd, times: { startedAt: Date | undefined; at: Date }): Promise<Job | undefined>;
  /** Queues the job again; it may be taken from `readyAt` on. Nothing happens when the attempt is ours no longer. */
  putBack(hold: Hold, how: { isBroken: boolean; readyAt: Date }): Promise<void>;
  /**
   * Queues again what nobody works on any more: jobs whose lease has lapsed and, when nobody else can have a job of
   * this store, those that a forerunner of this process had. Those in `ours` are left alone. A job that has now been lost `maxBroken` times ends; such jobs are returned.
   */
  takeBack(ours: readonly string[], maxBroken: number, now: Date): Promise<Job[]>;
  /**
   * Ends a job that has not ended, whoever works on it. Undefined when it had ended or there is none. With the end,
   * `act` goes into the audit log: both are kept or none.
   */
  cancel(id: string, at: Date, act?: AuditAct): Promise<Job | undefined>;
  /** With the job's going, if it was there, `act` goes into the audit log. */
  delete(id: string, act?: AuditAct): Promise<void>;
  /** Forgets what ended too long ago, the oldest ended jobs of too many or too large ones, and lapsed keys. */
  forgetEnded(keeping: Keeping): Promise<void>;
  /** Which of these uploads belong to jobs that have not ended. */
  neededUploads(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** What happened to a job after event `after`, oldest first, at most `limit`; undefined: there is no such job. */
  events(id: string, after: number, limit: number): Promise<JobEvents | undefined>;
  /** Whose job it is; undefined: there is no such job. */
  ownerOf(id: string): Promise<Pick<Job, 'ownerKey'> | undefined>;
  /** Jobs of one owner, newest first. Of their outcomes only a solution is there, without stars, matches and WCS. */
  list(filter: JobFilter): Promise<Job[]>;
  /** Undefined: the job does not wait. */
  place(id: string): Promise<QueuePlace | undefined>;
  /** A secret that all apis on this store share, 32 bytes. */
  secret(name: string): Promise<Buffer>;
  /** Tells `listener` of changes until the function returned is called. */
  listen(listener: JobListener): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
