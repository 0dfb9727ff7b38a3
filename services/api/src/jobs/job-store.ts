// Where jobs are kept. The rest of the api knows only this interface.
import type { Job } from './job.js';

export interface JobStore {
  create(job: Job): Promise<void>;
  get(id: string): Promise<Job | undefined>;
  /**
   * Replaces the job by `change(job)`, atomically; undefined when there is no such job. Returns the job as it is then
   * and whether it was changed.
   */
  update(id: string, change: (job: Job) => Job): Promise<{ job: Job; changed: boolean } | undefined>;
  delete(id: string): Promise<void>;
  /** Forgets jobs that ended before `time`, and the oldest ended ones beyond `keepAtMost`. */
  forgetEnded(time: Date, keepAtMost: number): Promise<void>;
}
