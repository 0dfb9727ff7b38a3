// Whoever follows an admin job, here, whichever api works on it.
import { AstrogateError } from '@astrogate/proto';
import { hasEnded } from './job-state.js';
import type { SystemJob, SystemJobStore } from './system-job.js';

/** How soon a database that is away is asked again. */
const againMs = 2_000;

export class JobFollowers {
  readonly #wakers = new Set<() => void>();
  #isClosing = false;

  constructor(readonly store: Pick<SystemJobStore, 'get'>) {}

  /** Something may have changed. */
  wake(): void {
    for (const wake of this.#wakers) wake();
  }

  close(): void {
    this.#isClosing = true;
    this.wake();
  }

  /**
   * The job as it is, if it is newer than version `after`, and as it is after each change until it has ended. Changes that
   * follow each other closely may come as one. A database that is away meanwhile is waited for.
   */
  async *follow(id: string, after: number, signal: AbortSignal): AsyncGenerator<SystemJob> {
    let bell = Promise.withResolvers<void>();
    const wake = () => bell.resolve();
    this.#wakers.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      for (let last = after; !signal.aborted && !this.#isClosing; ) {
        bell = Promise.withResolvers();
        const job = await this.store.get(id).catch((error: unknown) => {
          if (AstrogateError.from(error).code !== 'storage_unavailable') throw error;
          setTimeout(wake, againMs).unref();
          return 'away' as const;
        });
        if (job === undefined) return;
        if (job !== 'away') {
          if (job.version > last) yield job;
          last = Math.max(last, job.version);
          if (hasEnded(job.state)) return;
        }
        await bell.promise;
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#wakers.delete(wake);
    }
  }
}
