// Runs jobs: takes them from the store in fair order, has as many attempts in flight as the solver has slots, and
// records exactly one end for each job. It is woken by new jobs, ended attempts and free slots; a slow look at the store
// finds what the dead have left behind.
import type { Logger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import type { AuditAct } from '../audit/audit.js';
import type { SolverClient } from '../solver-client.js';
import type { Uploads } from '../spool/uploads.js';
import { hasEnded, type Job } from './job.js';
import type { Claim, JobStore, SubmitExtras } from './job-store.js';
import { Leases } from './leases.js';
import { Recorder } from './recorder.js';
import { maxBroken } from './retry.js';
import { type AttemptEnd, RunningAttempt } from './running-attempt.js';
import { Slots } from './slots.js';
import { Waiters } from './waiters.js';

export interface DispatcherParts {
  readonly solver: SolverClient;
  readonly store: JobStore;
  readonly uploads: Uploads;
  readonly log: Logger;
  /** Most jobs that may wait. */
  readonly queueLimit: number;
  readonly now: () => Date;
  /** Told of every job that was ended here, once. */
  readonly onEnd: (job: Job) => void;
  /** Told how long a job and a free slot waited for each other, seconds. */
  readonly onDispatch: (seconds: number) => void;
}

/** Between two looks at the store, milliseconds: what the dead left waits for a lease to lapse, which takes longer. */
const lookEveryMs = 2_000;

export class Dispatcher {
  readonly #live = new Map<string, RunningAttempt>();
  readonly #slots: Slots;
  readonly #leases: Leases;
  readonly #recorder: Recorder;
  readonly #waiters = new Waiters();
  readonly #closing: (() => void | Promise<void>)[] = [];
  #draining = false;
  #pumping = false;
  #looking = false;
  #woken = false;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(readonly parts: DispatcherParts) {
    this.#slots = new Slots(parts, () => this.#wake());
    this.#leases = new Leases(parts.store, parts.log);
    this.#recorder = new Recorder(parts);
  }

  /** Takes up what waits in the store. Throws `storage_unavailable`. */
  async start(): Promise<void> {
    const stopListening = await this.parts.store.listen({
      queued: () => this.#wake(),
      ended: (id) => void this.#seeEnd(id),
      gap: () => void this.#lookAtWaiters(),
    });
    const timer = setInterval(() => void this.#look(), lookEveryMs).unref();
    this.#closing.push(
      () => clearInterval(timer),
      stopListening,
      () => this.#leases.close(),
    );
    await this.#look();
  }

  /** Throws `draining`, `busy` or `storage_unavailable` when no further job is taken now. */
  async admit(): Promise<void> {
    if (this.#draining) throw new AstrogateError('draining');
    if ((await this.waiting()) >= this.parts.queueLimit) throw new AstrogateError('busy');
  }

  /**
   * Takes a job, which then ends in every case. Returns it, or the job that the same request has made before. Throws like
   * `admit`, and `idempotency_mismatch`.
   */
  async submit(job: Job, extras?: SubmitExtras): Promise<Job> {
    if (this.#draining) throw new AstrogateError('draining');
    const kept = await this.parts.store.submit(job, this.parts.queueLimit, extras);
    this.#wake();
    return kept;
  }

  /** Resolves with the job once it has ended; undefined when `signal` has fired or this process ends before. */
  async ended(id: string, signal: AbortSignal): Promise<Job | undefined> {
    if (this.#draining && !this.#live.has(id)) return undefined;
    const ended = this.#waiters.wait(id, signal);
    void this.#seeEnd(id);
    return ended;
  }

  /** Ends a job as cancelled if it has not ended yet, and stops its attempt. Throws `storage_unavailable`. */
  async cancel(id: string, act?: AuditAct): Promise<void> {
    const job = await this.parts.store.cancel(id, this.parts.now(), act);
    if (job) await this.#conclude(job);
  }

  /** Cancels a job for which nobody waits any more, as soon as the database can be asked. Never throws. */
  abandon(id: string): void {
    const cancelled = this.#recorder.cancel(id).then((job) => job && this.#conclude(job));
    cancelled.catch((err) => this.parts.log.warn({ jobId: id, err }, 'an abandoned job runs on'));
  }

  /**
   * Takes nothing new; resolves when no attempt is in flight. What waits stays in the store. When `signal` fires, the
   * attempts that are left are stopped and their jobs put back.
   */
  async drain(signal: AbortSignal): Promise<void> {
    this.#draining = true;
    for (const attempt of this.#live.values()) if (!attempt.startedAt) attempt.stop('stopped');
    for (const id of this.#waiters.ids) if (!this.#live.has(id)) this.#waiters.resolve(id, undefined);
    const giveUp = () => {
      this.#recorder.giveUp();
      for (const attempt of this.#live.values()) attempt.stop('stopped');
    };
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    this.#idle = Promise.withResolvers();
    if (this.#live.size === 0 && !this.#pumping) return;
    await this.#idle.promise;
  }

  async close(): Promise<void> {
    this.#recorder.giveUp();
    for (const close of this.#closing) await close();
  }

  /** Jobs that wait for a slot, of all apis on this store. Throws `storage_unavailable`. */
  async waiting(): Promise<number> {
    return this.parts.store.waiting();
  }

  /** Attempts in flight. */
  get running(): number {
    return this.#slots.taken;
  }

  /** Slots of all solvers; undefined: not known. */
  get slots(): number | undefined {
    return this.#slots.known;
  }

  #wake(): void {
    this.#woken = true;
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#pump().then(() => this.#noteIdle());
  }

  /** Takes jobs as long as there are slots. Never rejects; what goes wrong is tried again with the next look. */
  async #pump(): Promise<void> {
    while (this.#woken && !this.#draining) {
      this.#woken = false;
      const free = this.#slots.free();
      if (free === 0) break;
      const freeSince = this.#slots.freeSince;
      const takenAt = performance.now();
      try {
        const claims = await this.parts.store.claim(free, this.parts.now());
        for (const claim of claims) void this.#run(claim, { takenAt, freeSince });
        if (claims.length > 0) this.#woken = true;
      } catch (err) {
        this.parts.log.warn({ err }, 'no job could be taken');
      }
    }
    // In the same step as the last look at what woke us.
    this.#pumping = false;
  }

  /** One attempt, from its claim to its record. Never rejects. */
  async #run(claim: Claim, { takenAt, freeSince }: { takenAt: number; freeSince: Date | undefined }): Promise<void> {
    const { log, now, onDispatch } = this.parts;
    const attempt = new RunningAttempt(claim, this.parts);
    this.#live.set(claim.id, attempt);
    this.#slots.take();
    this.#leases.add(claim, takenAt, () => attempt.stop('lost'));
    if (this.#draining) attempt.stop('stopped');
    const dispatchMs =
      freeSince && Math.max(0, now().getTime() - Math.max(claim.readyAt.getTime(), freeSince.getTime()));
    if (dispatchMs !== undefined) onDispatch(dispatchMs / 1000);
    const line = { jobId: claim.id, requestId: claim.job.requestId, attempt: claim.attempt };
    log.debug({ ...line, dispatchMs }, 'attempt starts');
    try {
      const end = await attempt.run();
      this.#slots.foundSolver(attempt.foundSolver);
      await this.#record(attempt, end);
    } catch (err) {
      log.error({ ...line, err }, 'what the attempt came to was not recorded');
    } finally {
      this.#leases.drop(claim.id);
      this.#live.delete(claim.id);
      this.#slots.release();
      this.#noteIdle();
    }
  }

  async #record({ claim, startedAt }: RunningAttempt, end: AttemptEnd): Promise<void> {
    if (end === 'dropped') return;
    if ('finish' in end) {
      const job = await this.#recorder.finish(claim, end.finish, startedAt);
      if (job) await this.#conclude(job);
      return;
    }
    await this.#recorder.putBack(claim, end.again);
    setTimeout(() => this.#wake(), end.again.pauseMs + 1).unref();
    if (this.#draining) this.#waiters.resolve(claim.id, undefined);
  }

  /** What there is to do once for a job that was ended here. */
  async #conclude(job: Job): Promise<void> {
    const { uploads, log, onEnd } = this.parts;
    this.#live.get(job.id)?.stop('ended');
    logEnd(log, job);
    onEnd(job);
    this.#waiters.resolve(job.id, job);
    // Last, since it may take a while; what it leaves behind, retention finds.
    await uploads.remove(job.upload.key).catch((err) => {
      log.error({ jobId: job.id, requestId: job.requestId, err }, 'upload stays');
    });
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    if (this.#looking || this.#draining) return;
    this.#looking = true;
    try {
      const ended = await this.parts.store.takeBack([...this.#live.keys()], maxBroken, this.parts.now());
      for (const job of ended) await this.#conclude(job);
    } catch (err) {
      this.parts.log.warn({ err }, 'what others have left could not be taken back');
    } finally {
      this.#looking = false;
    }
    this.#wake();
  }

  /** A job may have ended, here or elsewhere. Never rejects. */
  async #seeEnd(id: string): Promise<void> {
    const attempt = this.#live.get(id);
    if (!attempt && !this.#waiters.has(id)) return;
    try {
      const job = await this.parts.store.get(id);
      if (job && !hasEnded(job)) return;
      attempt?.stop('ended');
      this.#waiters.resolve(id, job);
    } catch (err) {
      this.parts.log.warn({ jobId: id, err }, 'the end of a job could not be seen');
    }
  }

  async #lookAtWaiters(): Promise<void> {
    for (const id of this.#waiters.ids) await this.#seeEnd(id);
  }

  #noteIdle(): void {
    if (this.#draining && this.#live.size === 0 && !this.#pumping) this.#idle?.resolve();
  }
}

function logEnd(log: Logger, job: Job): void {
  const ms = (from?: Date, to?: Date) => (from && to ? to.getTime() - from.getTime() : undefined);
  const { id: jobId, requestId, status, failure, createdAt, startedAt, finishedAt } = job;
  const waitMs = ms(createdAt, startedAt);
  const runMs = ms(startedAt, finishedAt);
  log.info({ jobId, requestId, status, code: failure?.code, waitMs, runMs, bytes: job.upload.bytes }, 'job ended');
}
