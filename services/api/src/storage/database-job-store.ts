// The store of the product: jobs and their queue in the database.
import type { JobStore } from '../jobs/job-store.js';
import type { Database } from './database.js';
import { heldJobs } from './held-jobs.js';
import { JobNotices } from './job-notices.js';
import { keptJobs } from './kept-jobs.js';
import { SolveQueue } from './solve-queue.js';
import { ask } from './transaction.js';
import { watchedJobs } from './watched-jobs.js';

/** Closing the store closes the database. `leaseMs`: how long a job is one's own without being renewed. */
export async function openJobStore(database: Database, { leaseMs }: { leaseMs: number }): Promise<JobStore> {
  const queue = await SolveQueue.open(database.boss);
  const notices = new JobNotices(database.boss);
  return {
    leaseMs,
    ...keptJobs(database, queue),
    ...heldJobs(database, queue, leaseMs),
    ...watchedJobs(database),
    listen: (listener) => ask(() => notices.listen(listener)),
    close: () => database.close(),
  };
}
