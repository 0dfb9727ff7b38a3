// A process for a test to kill: makes jobs and deletes them, each with its row in the audit log, and says so. With
// `stops` it says so between the act and the commit, and waits there. It runs the built api.
import { createLogger } from '@astrogate/common';
import { appendAudit } from '../dist/audit/audit.js';
import { openDatabase } from '../dist/storage/database.js';
import { openJobStore } from '../dist/storage/database-job-store.js';
import { inTransaction } from '../dist/storage/transaction.js';

const { place, jobs, stops } = JSON.parse(process.argv[2]);
const database = await openDatabase(place, createLogger('api', 'silent'));
const store = await openJobStore(database, { leaseMs: 1000 });
const actOf = (job) => ({
  ...{ act: 'job.delete', actor: 'user:u1', address: '192.0.2.7', target: `job:${job.id}`, result: 'done' },
  requestId: 'r1',
});
for (const job of jobs) await store.submit({ ...job, createdAt: new Date() }, 10_000);
process.stdout.write('kept\n');
for (const job of jobs) {
  if (stops)
    await inTransaction(database.db, async (trx) => {
      await trx.deleteFrom('solve_jobs').where('id', '=', job.id).execute();
      await appendAudit(trx, actOf(job));
      process.stdout.write('between\n');
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    });
  await store.delete(job.id, actOf(job));
  process.stdout.write('deleted\n');
}
setInterval(() => {}, 60_000);
