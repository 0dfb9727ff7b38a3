// Jobs in memory: they end with the process.
import { hasEnded, type Job } from './job.js';
import type { JobStore } from './job-store.js';

export class MemoryJobStore implements JobStore {
  readonly #jobs = new Map<string, Job>();

  async create(job: Job): Promise<void> {
    this.#jobs.set(job.id, job);
  }

  async get(id: string): Promise<Job | undefined> {
    return this.#jobs.get(id);
  }

  async update(id: string, change: (job: Job) => Job): Promise<{ job: Job; changed: boolean } | undefined> {
    const before = this.#jobs.get(id);
    if (!before) return undefined;
    const job = change(before);
    this.#jobs.set(id, job);
    return { job, changed: job !== before };
  }

  async delete(id: string): Promise<void> {
    this.#jobs.delete(id);
  }

  async forgetEnded(time: Date, keepAtMost: number): Promise<void> {
    const ended = [...this.#jobs.values()].filter(hasEnded).sort((a, b) => finished(b) - finished(a));
    for (const [rank, job] of ended.entries())
      if (rank >= keepAtMost || finished(job) < time.getTime()) this.#jobs.delete(job.id);
  }
}

function finished(job: Job): number {
  return job.finishedAt?.getTime() ?? 0;
}
