// Who waits for the end of which job.
import type { Job } from './job.js';

type Waiter = (job: Job | undefined) => void;

export class Waiters {
  readonly #waiters = new Map<string, Set<Waiter>>();

  /** Resolves with what `resolve` is given for this job; undefined once `signal` has fired. */
  wait(id: string, signal: AbortSignal): Promise<Job | undefined> {
    return new Promise((done) => {
      const forJob = this.#waiters.get(id) ?? new Set();
      this.#waiters.set(id, forJob);
      const leave = () => waiter(undefined);
      const waiter: Waiter = (job) => {
        signal.removeEventListener('abort', leave);
        forJob.delete(waiter);
        if (forJob.size === 0 && this.#waiters.get(id) === forJob) this.#waiters.delete(id);
        done(job);
      };
      forJob.add(waiter);
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Undefined: the job's end will not be seen here. */
  resolve(id: string, job: Job | undefined): void {
    for (const waiter of [...(this.#waiters.get(id) ?? [])]) waiter(job);
  }

  has(id: string): boolean {
    return this.#waiters.has(id);
  }

  /** Ids of jobs that somebody waits for. */
  get ids(): string[] {
    return [...this.#waiters.keys()];
  }
}
