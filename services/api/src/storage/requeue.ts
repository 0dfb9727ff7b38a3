// Jobs whose table was exchanged: whatever waits in it gets its place in the queue, and nothing else has one.
import { sql } from 'kysely';
import type { SolveQueue } from './solve-queue.js';
import type { Trx } from './tables.js';

const live = sql`status in ('queued', 'running')`;

/** `aside`: the schema of the jobs that were there until now. Nobody works on a job that has just come back. */
export function requeueJobs(queue: SolveQueue): (trx: Trx, aside: string) => Promise<void> {
  return async (trx, aside) => {
    const gone = await sql<{ id: string }>`select id from ${sql.table(`${aside}.solve_jobs`)} where ${live}`.execute(
      trx,
    );
    await queue.remove(
      trx,
      gone.rows.map(({ id }) => id),
    );
    const waiting = await sql<{ id: string; round: number }>`
      update solve_jobs set status = 'queued', started_at = null, progress = null, lease_owner = null, lease_until = null,
          -- An attempt that runs still must not pass for a new one.
          attempt = greatest(attempt, (select attempt from ${sql.table(`${aside}.solve_jobs`)} other where other.id = solve_jobs.id))
        where ${live} returning id, round`.execute(trx);
    for (const job of waiting.rows) await queue.add(trx, job);
  };
}
