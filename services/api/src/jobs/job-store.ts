// Where jobs and their queue are kept. The rest of the api knows only this interface. Every method throws
// `storage_unavailable` when the database is away; what it would have done may then have happened or not.
import type { DeliveryStore, WebhookTarget } from '../webhooks/delivery-store.js';
import type { Job, JobEnd, JobProgress } from './job.js';

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
  /** Changes may have been missed. */
  gap(): void;
}

/** What comes with a job and is no part of it. */
export interface SubmitExtras {
  readonly webhook?: WebhookTarget | undefined;
}

export interface JobStore {
  /** How long a job that was taken is ours without being renewed, milliseconds. */
  readonly leaseMs: number;
  /** Of webhooks; each becomes due with the record of its job's end. */
  readonly deliveries: DeliveryStore;
  /** Rejects when the database cannot be asked. */
  check(): Promise<void>;
  /** Jobs that wait for a slot. */
  waiting(): Promise<number>;
  /**
   * Keeps and queues a job, in one, with the webhook that its end is told to. Throws `busy` when `queueLimit` jobs wait
   * already.
   */
  submit(job: Job, queueLimit: number, extras?: SubmitExtras): Promise<void>;
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
  /** Ends a job that has not ended, whoever works on it. Undefined when it had ended or there is none. */
  cancel(id: string, at: Date): Promise<Job | undefined>;
  delete(id: string): Promise<void>;
  /** Forgets jobs that ended before `time`, and the oldest ended ones beyond `keepAtMost`. */
  forgetEnded(time: Date, keepAtMost: number): Promise<void>;
  /** Which of these uploads belong to jobs that have not ended. */
  neededUploads(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Tells `listener` of changes until the function returned is called. */
  listen(listener: JobListener): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
