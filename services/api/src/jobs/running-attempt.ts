// One attempt at a job, from the moment it was taken: the upload is opened, the solver is asked, and what happens
// meanwhile is noted in the store. What the attempt comes to is recorded by the dispatcher.
import type { Readable } from 'node:stream';
import type { Logger } from '@astrogate/common';
import { AstrogateError, type OutcomeMessage, type ProgressMessage } from '@astrogate/proto';
import type { Attempt, SolverClient } from '../solver-client.js';
import type { Uploads } from '../spool/uploads.js';
import type { JobEnd, JobProgress } from './job.js';
import type { Claim, JobStore } from './job-store.js';
import { isBroken, pauseBeforeNext } from './retry.js';

export interface AttemptParts {
  readonly solver: Pick<SolverClient, 'solve'>;
  readonly store: Pick<JobStore, 'start' | 'advance'>;
  readonly uploads: Pick<Uploads, 'open'>;
  readonly log: Logger;
  readonly now: () => Date;
}

/** `lost`: the job is somebody else's now. `ended`: it was cancelled. `stopped`: this process ends. */
export type StopReason = 'lost' | 'ended' | 'stopped';

export type AttemptEnd =
  | { readonly finish: JobEnd }
  | { readonly again: { readonly isBroken: boolean; readonly pauseMs: number } }
  /** There is nothing to record. */
  | 'dropped';

export class RunningAttempt {
  readonly #abort = new AbortController();
  /** Notes are written one after the other, so that none overtakes another. */
  #notes: Promise<void> = Promise.resolve();
  #progress: JobProgress | undefined;
  /** When the solver accepted it. */
  startedAt: Date | undefined;
  /** Whether there was a solver to ask. */
  foundSolver = true;

  constructor(
    readonly claim: Claim,
    readonly parts: AttemptParts,
  ) {}

  stop(reason: StopReason): void {
    this.#abort.abort(reason);
  }

  /** Never rejects. */
  async run(): Promise<AttemptEnd> {
    const { signal } = this.#abort;
    try {
      signal.throwIfAborted();
      return { finish: { outcome: await this.#solve(signal) } };
    } catch (error) {
      return signal.aborted ? afterStop(signal.reason as StopReason) : this.#afterError(AstrogateError.from(error));
    } finally {
      this.#progress = undefined;
      await this.#notes;
    }
  }

  /** The upload comes first: while it cannot be had, no slot and no sandbox is taken. */
  async #solve(signal: AbortSignal): Promise<OutcomeMessage> {
    const upload = await this.parts.uploads.open(this.claim.job.upload.key);
    let readError: Error | undefined;
    upload.once('error', (error) => {
      readError = error;
    });
    try {
      signal.throwIfAborted();
      return await this.parts.solver.solve(toAttempt(this.claim, upload), {
        signal,
        onAccepted: () => this.#accepted(),
        onProgress: (progress) => this.#advance(progress),
      });
    } catch (error) {
      throw readError ? AstrogateError.from(readError, 'storage_unavailable') : error;
    } finally {
      upload.destroy();
    }
  }

  #accepted(): void {
    this.startedAt = this.parts.now();
    this.#note(() => this.parts.store.start(this.claim, this.startedAt as Date));
  }

  #advance({ stage, detail, elapsedSeconds }: ProgressMessage): void {
    if (stage === 'STAGE_UNSPECIFIED') return;
    const isNoted = this.#progress !== undefined;
    this.#progress = { stage: stage as JobProgress['stage'], detail, elapsedSeconds };
    if (isNoted) return;
    this.#note(async () => {
      const progress = this.#progress;
      this.#progress = undefined;
      if (progress) await this.parts.store.advance(this.claim, progress);
    });
  }

  /** A note that cannot be written is missing until the next one, or the end. */
  #note(write: () => Promise<void>): void {
    const { job, attempt } = this.claim;
    this.#notes = this.#notes.then(write).catch((err) => {
      this.parts.log.warn({ jobId: job.id, requestId: job.requestId, attempt, err }, 'progress was not noted');
    });
  }

  #afterError(error: AstrogateError): AttemptEnd {
    const { job, attempt, broken, triedAt } = this.claim;
    const wasAccepted = this.startedAt !== undefined;
    this.foundSolver = wasAccepted || error.code !== 'solver_unavailable';
    const triedMs = this.parts.now().getTime() - triedAt.getTime();
    const pauseMs = pauseBeforeNext({ error, wasAccepted, attempt, broken, triedMs, retryMs: job.retryMs });
    const line = { jobId: job.id, requestId: job.requestId, attempt, wasAccepted, pauseMs, err: error };
    const isUnusual = wasAccepted || pauseMs === undefined || error.code === 'storage_unavailable';
    this.parts.log[error.code === 'internal' ? 'error' : isUnusual ? 'warn' : 'debug'](line, 'attempt failed');
    if (pauseMs !== undefined) return { again: { isBroken: isBroken({ error, wasAccepted }), pauseMs } };
    return { finish: { failure: { code: error.code, message: error.message } } };
  }
}

function afterStop(reason: StopReason): AttemptEnd {
  return reason === 'stopped' ? { again: { isBroken: false, pauseMs: 0 } } : 'dropped';
}

function toAttempt({ job }: Claim, upload: Readable): Attempt {
  const { bytes, sha256, format } = job.upload;
  return {
    jobId: job.id,
    requestId: job.requestId,
    callerKey: job.callerKey,
    upload: { content: upload, bytes, sha256: Buffer.from(sha256, 'hex'), format },
    hints: job.hints,
    guesses: job.guesses,
    limits: job.limits,
  };
}
