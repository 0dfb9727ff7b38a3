// Records what attempts come to, however long the database is away meanwhile. Whether a record still counts is the
// store's decision: it knows whose job it is by then.
import type { Logger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import type { Job, JobEnd } from './job.js';
import type { Claim, JobStore } from './job-store.js';

/** First pause before the database is asked again, milliseconds; it doubles up to the longest. */
const firstPauseMs = 100;
const longestPauseMs = 2_000;

export interface RecorderParts {
  readonly store: Pick<JobStore, 'finish' | 'putBack' | 'get' | 'cancel'>;
  readonly log: Logger;
  readonly now: () => Date;
}

export class Recorder {
  readonly #giveUp = new AbortController();

  constructor(readonly parts: RecorderParts) {}

  /** From now on nothing is tried a second time. */
  giveUp(): void {
    this.#giveUp.abort();
  }

  /** The job as it has ended; undefined when this attempt did not end it. */
  async finish(claim: Claim, how: JobEnd, startedAt: Date | undefined): Promise<Job | undefined> {
    const { store, now } = this.parts;
    const at = now();
    let isUnsure = false;
    return this.#persist(claim.id, async () => {
      try {
        const job = await store.finish(claim, how, { startedAt, at });
        return job ?? (isUnsure ? await this.#recordedAt(claim.id, at) : undefined);
      } catch (error) {
        isUnsure = true;
        throw error;
      }
    });
  }

  /** Queues the job again, for `pauseMs` from now on. */
  async putBack(claim: Claim, { isBroken, pauseMs }: { isBroken: boolean; pauseMs: number }): Promise<void> {
    const readyAt = new Date(this.parts.now().getTime() + pauseMs);
    await this.#persist(claim.id, () => this.parts.store.putBack(claim, { isBroken, readyAt }));
  }

  /** The job as cancelled; undefined when it had ended. */
  async cancel(id: string): Promise<Job | undefined> {
    return this.#persist(id, () => this.parts.store.cancel(id, this.parts.now()));
  }

  /** A record whose answer was lost on the way may be there all the same. */
  async #recordedAt(id: string, at: Date): Promise<Job | undefined> {
    const job = await this.parts.store.get(id);
    return job?.finishedAt?.getTime() === at.getTime() ? job : undefined;
  }

  async #persist<T>(jobId: string, act: () => Promise<T>): Promise<T> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        return await act();
      } catch (err) {
        const isAway = AstrogateError.from(err).code === 'storage_unavailable';
        if (!isAway || this.#giveUp.signal.aborted) throw err;
        this.parts.log.warn({ jobId, err, pauseMs }, 'the database is away; trying again');
      }
      await this.#pause(pauseMs);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#giveUp.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#giveUp.signal.addEventListener('abort', done, { once: true });
    });
  }
}
