// Jobs in the database as those see them who work on them: taken, held by a lease, ended or put back. The number of the
// attempt is the fencing token. A job's row and its entry in the queue change in one transaction.
import { type ExpressionBuilder, sql } from 'kysely';
import type { Job } from '../jobs/job.js';
import type { Hold, JobStore } from '../jobs/job-store.js';
import { newId } from '../new-id.js';
import type { Database } from './database.js';
import { type JobRow, liveStatuses, lostForGood, toClaim, toEndColumns, toJob } from './job-row.js';
import { toJson } from './json.js';
import { isPaused } from './pause.js';
import type { SolveQueue } from './solve-queue.js';
import type { Tables, Trx } from './tables.js';
import { ask, inTransaction } from './transaction.js';

type HeldJobs = Pick<JobStore, 'claim' | 'renew' | 'start' | 'advance' | 'finish' | 'putBack' | 'takeBack'>;

/** The row of a job that waits for a slot. */
const waitingColumns = {
  status: 'queued',
  started_at: null,
  progress: null,
  lease_owner: null,
  lease_until: null,
} as const;

/** Jobs are ours for `leaseMs` after they were taken or renewed. */
export function heldJobs({ db, isEmbedded }: Database, queue: SolveQueue, leaseMs: number): HeldJobs {
  /** Whose leases are ours: this start of this process. */
  const owner = newId();
  // By the database's clock, which all replicas share.
  const leaseEnd = sql<Date>`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;

  const ours =
    ({ id, attempt }: Hold) =>
    (eb: ExpressionBuilder<Tables, 'solve_jobs'>) =>
      eb.and([
        eb('id', '=', id),
        eb('attempt', '=', attempt),
        eb('lease_owner', '=', owner),
        eb('status', 'in', liveStatuses),
      ]);

  const hasLapsed = (eb: ExpressionBuilder<Tables, 'solve_jobs'>) =>
    eb('lease_until', '<', sql<Date>`clock_timestamp()`);

  /** Whoever else had a job of the embedded database was a forerunner of this process, and is dead. */
  const isLost = (eb: ExpressionBuilder<Tables, 'solve_jobs'>) =>
    eb.or([eb('lease_owner', '<>', owner), hasLapsed(eb)]);

  return {
    claim: (count, now) =>
      inTransaction(db, async (trx) => {
        if (await isPaused(trx)) return [];
        const ids = await queue.take(trx, count);
        if (ids.length === 0) return [];
        const rows = await trx
          .updateTable('solve_jobs')
          .set((eb) => ({
            attempt: eb('attempt', '+', 1),
            lease_owner: owner,
            lease_until: leaseEnd,
            tried_at: sql<Date>`coalesce(tried_at, ${now})`,
          }))
          .where('id', 'in', ids)
          .where('status', '=', 'queued')
          .where('lease_owner', 'is', null)
          .returningAll()
          .execute();
        const taken = new Set(rows.map(({ id }) => id));
        const strays = ids.filter((id) => !taken.has(id));
        await queue.remove(trx, strays);
        rows.sort((a, b) => a.round - b.round || a.created_at.getTime() - b.created_at.getTime());
        return rows.map(toClaim);
      }),

    renew: (holds) =>
      ask(async () => {
        const attempts = new Map(holds.map(({ id, attempt }) => [id, attempt]));
        const rows = await db
          .updateTable('solve_jobs')
          .set({ lease_until: leaseEnd })
          .where('id', 'in', [...attempts.keys()])
          .where('lease_owner', '=', owner)
          .where('status', 'in', liveStatuses)
          .returning(['id', 'attempt'])
          .execute();
        return new Set(rows.filter(({ id, attempt }) => attempts.get(id) === attempt).map(({ id }) => id));
      }),

    start: (hold, at) =>
      ask(async () => {
        const columns = { status: 'running', started_at: at } as const;
        const rows = db.updateTable('solve_jobs').set(columns).where(ours(hold));
        await rows.where('status', '=', 'queued').execute();
      }),

    advance: (hold, progress) =>
      ask(async () => {
        const rows = db
          .updateTable('solve_jobs')
          .set({ progress: toJson(progress) })
          .where(ours(hold));
        await rows.where('status', '=', 'running').execute();
      }),

    finish: (hold, how, { startedAt, at }) =>
      whenOurs(() =>
        inTransaction(db, async (trx) => {
          await queue.remove(trx, [hold.id]);
          const columns = { ...toEndColumns(how, at), ...(startedAt && { started_at: startedAt }) };
          const rows = trx.updateTable('solve_jobs').set(columns).where(ours(hold)).returningAll();
          const row = await rows.executeTakeFirst();
          // Then the entry that was removed is that of another attempt.
          if (!row) throw new NotOurs();
          return toJob(row);
        }),
      ),

    putBack: async (hold, { isBroken, readyAt }) => {
      await whenOurs(() =>
        inTransaction(db, async (trx) => {
          await queue.remove(trx, [hold.id]);
          const broken = sql<number>`broken + ${sql.lit(isBroken ? 1 : 0)}`;
          const columns = { ...waitingColumns, broken, ready_at: readyAt };
          const rows = trx.updateTable('solve_jobs').set(columns).where(ours(hold)).returning(['id', 'round']);
          const row = await rows.executeTakeFirst();
          if (!row) throw new NotOurs();
          // By the database's clock, whatever ours says.
          await queue.add(trx, { ...row, afterMs: readyAt.getTime() - Date.now() });
        }),
      );
    },

    takeBack: (held, maxBroken, now) =>
      inTransaction(db, async (trx) => {
        let lost = trx
          .selectFrom('solve_jobs')
          .selectAll()
          .where(isEmbedded ? isLost : hasLapsed);
        if (held.length > 0) lost = lost.where('id', 'not in', held);
        const rows = await lost.forUpdate().skipLocked().execute();
        const ended: Job[] = [];
        for (const row of rows) {
          await queue.remove(trx, [row.id]);
          const broken = row.broken + (row.status === 'running' ? 1 : 0);
          if (broken >= maxBroken) ended.push(await endLost(trx, row, now));
          else await queueAgain(trx, row, broken, now);
        }
        return ended;
      }),
  };

  async function endLost(trx: Trx, { id }: JobRow, now: Date): Promise<Job> {
    const rows = trx
      .updateTable('solve_jobs')
      .set(toEndColumns({ failure: lostForGood }, now))
      .where('id', '=', id);
    return toJob(await rows.returningAll().executeTakeFirstOrThrow());
  }

  async function queueAgain(trx: Trx, { id, round }: JobRow, broken: number, now: Date): Promise<void> {
    const columns = { ...waitingColumns, broken, ready_at: now };
    await trx.updateTable('solve_jobs').set(columns).where('id', '=', id).execute();
    await queue.add(trx, { id, round });
  }
}

/** Rolls a transaction back. */
class NotOurs extends Error {
  override name = 'NotOurs';
}

/** What `act` returns; undefined, and nothing has happened, when the attempt is not ours. */
async function whenOurs<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if ((error as Error).cause instanceof NotOurs) return undefined;
    throw error;
  }
}
