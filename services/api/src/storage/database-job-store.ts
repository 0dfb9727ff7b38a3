// The store of the product: jobs and their queue in the database.
import { auditLog } from '../audit/audit-log.js';
import type { JobStore } from '../jobs/job-store.js';
import { keptLimits } from '../limits/kept-limits.js';
import type { Database } from './database.js';
import { heldJobs } from './held-jobs.js';
import { JobNotices } from './job-notices.js';
import { keptJobs } from './kept-jobs.js';
import { SolveQueue } from './solve-queue.js';
import { ask } from './transaction.js';
import { watchedJobs } from './watched-jobs.js';
import { webhookDeliveries } from './webhook-deliveries.js';

/**
 * How long a delivery is one's own: the 20 seconds of an attempt, 10 that the database may take to give it, and 10 to
 * record what it came to. So long the webhooks of an api that was killed while it sent them wait.
 */
const deliveryLeaseMs = 40_000;

/** Closing the store closes the database. `leaseMs`: how long a job is one's own without being renewed. */
export async function openJobStore(database: Database, { leaseMs }: { leaseMs: number }): Promise<JobStore> {
  const queue = await SolveQueue.open(database.boss);
  const notices = new JobNotices(database.boss);
  return {
    leaseMs,
    ...keptJobs(database, queue),
    ...heldJobs(database, queue, leaseMs),
    ...watchedJobs(database),
    audit: auditLog(database),
    limits: keptLimits(database),
    deliveries: webhookDeliveries(database, deliveryLeaseMs),
    listen: (listener) => ask(() => notices.listen(listener)),
    close: () => database.close(),
  };
}
