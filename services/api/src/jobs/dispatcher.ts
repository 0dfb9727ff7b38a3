// Runs jobs: keeps them in order, has as many attempts in flight as the solver has slots, and records exactly one end
// for each. It is woken by new jobs and ended attempts and asks nobody "anything new?".
import type { Logger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import type { SolverClient } from '../solver-client.js';
import type { Spool } from '../spool/spool.js';
import { advance, end, type Job, type JobEnd, start } from './job.js';
import type { JobStore } from './job-store.js';
import { Slots } from './slots.js';

export interface DispatcherParts {
  readonly solver: SolverClient;
  readonly store: JobStore;
  readonly spool: Spool;
  readonly log: Logger;
  /** Most jobs that may wait. */
  readonly queueLimit: number;
  readonly now: () => Date;
}

/** First pause before an attempt is made again; it doubles up to the last. */
const firstPauseMs = 250;
const longestPauseMs = 8_000;

/** A job between `submit` and its end. */
interface Live {
  readonly id: string;
  readonly abort: AbortController;
  readonly ended: PromiseWithResolvers<Job>;
  tries: number;
  /** When it was tried first, milliseconds since 1970. Its time in the queue says nothing about the solver. */
  triedAt?: number;
  pause?: NodeJS.Timeout;
}

export class Dispatcher {
  readonly #live = new Map<string, Live>();
  readonly #queue: Live[] = [];
  readonly #slots: Slots;
  #draining = false;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(readonly parts: DispatcherParts) {
    this.#slots = new Slots(parts.solver, parts.log, () => this.#pump());
  }

  /** Throws `draining` or `busy` when no further job is taken now. */
  admit(): void {
    if (this.#draining) throw new AstrogateError('draining');
    if (this.waiting >= this.parts.queueLimit) throw new AstrogateError('busy');
  }

  /** Takes a job, which then ends in every case. Throws like `admit`; the upload is then still the caller's. */
  async submit(job: Job): Promise<void> {
    this.admit();
    const live: Live = { id: job.id, abort: new AbortController(), ended: Promise.withResolvers(), tries: 0 };
    this.#live.set(job.id, live);
    await this.parts.store.create(job);
    this.#queue.push(live);
    this.#pump();
  }

  /** Resolves with the job once it has ended; undefined when this dispatcher does not run it. */
  ended(id: string): Promise<Job> | undefined {
    return this.#live.get(id)?.ended.promise;
  }

  /** Ends a job as cancelled if it has not ended yet, and stops its attempt. */
  async cancel(id: string): Promise<void> {
    const live = this.#live.get(id);
    if (live) await this.#finish(live, { cancelled: true });
  }

  /** Takes nothing new; resolves when every job has ended. When `signal` fires, those that are left fail. */
  async drain(signal: AbortSignal): Promise<void> {
    this.#draining = true;
    if (this.#live.size === 0) return;
    this.#idle = Promise.withResolvers();
    const giveUp = () => {
      const failure = { code: 'draining', message: 'The service was shut down before the job had ended' } as const;
      for (const live of this.#live.values()) void this.#finish(live, { failure });
    };
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    await this.#idle.promise;
  }

  /** Jobs that have not ended and have no attempt in flight. */
  get waiting(): number {
    return Math.max(0, this.#live.size - this.#slots.taken);
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#slots.take()) {
      const live = this.#queue.shift() as Live;
      void this.#attempt(live).finally(() => this.#slots.release());
    }
  }

  /** One attempt, from its slot to the end of the job or its place in the queue. Never rejects. */
  async #attempt(live: Live): Promise<void> {
    const { store, solver, log } = this.parts;
    const job = await store.get(live.id);
    if (!job || live.abort.signal.aborted) return;
    live.tries += 1;
    live.triedAt ??= this.parts.now().getTime();
    let accepted = false;
    try {
      const outcome = await solver.solve(toAttempt(job), {
        signal: live.abort.signal,
        onAccepted: () => {
          accepted = true;
          void store.update(live.id, (current) => start(current, this.parts.now()));
        },
        onProgress: (progress) => {
          if (progress.stage !== 'STAGE_UNSPECIFIED')
            void store.update(live.id, (current) => advance(current, { ...progress, stage: progress.stage as never }));
        },
      });
      await this.#finish(live, { outcome });
    } catch (error) {
      if (live.abort.signal.aborted) return;
      const known = AstrogateError.from(error);
      const triedMs = this.parts.now().getTime() - live.triedAt;
      if (!accepted && known.retryable && triedMs < job.retryMs) return this.#later(live);
      log[known.code === 'internal' ? 'error' : 'warn'](
        { jobId: live.id, requestId: job.requestId, err: error },
        'attempt failed',
      );
      await this.#finish(live, { failure: { code: known.code, message: known.message } });
    }
  }

  /** Puts the job back into the queue after a pause that doubles from try to try. */
  #later(live: Live): void {
    const pauseMs = Math.min(firstPauseMs * 2 ** (live.tries - 1), longestPauseMs);
    live.pause = setTimeout(() => {
      this.#queue.push(live);
      this.#pump();
    }, pauseMs);
  }

  /** Records how the job ended, unless it had ended; frees its spool file; wakes whoever waits. */
  async #finish(live: Live, how: JobEnd): Promise<void> {
    const { store, spool, log, now } = this.parts;
    if (this.#live.get(live.id) !== live) return;
    this.#live.delete(live.id);
    clearTimeout(live.pause);
    const place = this.#queue.indexOf(live);
    if (place >= 0) this.#queue.splice(place, 1);
    live.abort.abort();
    const result = await store.update(live.id, (job) => end(job, how, now()));
    if (result) {
      const { job } = result;
      await spool
        .remove(job.upload.path)
        .catch((err) => log.error({ jobId: job.id, requestId: job.requestId, err }, 'spool file stays'));
      logEnd(log, job);
      live.ended.resolve(job);
    }
    if (this.#live.size === 0) this.#idle?.resolve();
  }
}

function toAttempt(job: Job) {
  const { path, bytes, sha256, format } = job.upload;
  return {
    jobId: job.id,
    requestId: job.requestId,
    callerKey: job.callerKey,
    upload: { path, bytes, sha256: Buffer.from(sha256, 'hex'), format },
    hints: job.hints,
    guesses: job.guesses,
    limits: job.limits,
  };
}

function logEnd(log: Logger, job: Job): void {
  const ms = (from?: Date, to?: Date) => (from && to ? to.getTime() - from.getTime() : undefined);
  const { id: jobId, requestId, status, failure, createdAt, startedAt, finishedAt } = job;
  const waitMs = ms(createdAt, startedAt);
  const runMs = ms(startedAt, finishedAt);
  log.info({ jobId, requestId, status, code: failure?.code, waitMs, runMs, bytes: job.upload.bytes }, 'job ended');
}
