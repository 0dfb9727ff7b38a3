// Limits in the database, by its clock, in single statements: as many requests as come at once, to as many replicas,
// are counted one after the other. A request that is refused writes nothing.
import { sql } from 'kysely';
import { WaitError } from '../access/wait-error.js';
import type { Database } from '../storage/database.js';
import type { Trx } from '../storage/tables.js';
import { ask } from '../storage/transaction.js';
import { stepMs, toTaken } from './budget.js';
import type { LimitStore } from './limit-store.js';
import type { Quota } from './quotas.js';

const millisecond = sql`interval '1 millisecond'`;
const today = sql`(now() at time zone 'utc')::date`;
const untilTomorrow = sql`extract(epoch from (${today} + 1) - (now() at time zone 'utc'))::float8 * 1000`;

export function keptLimits({ db }: Pick<Database, 'db'>): LimitStore {
  return {
    take: (key, budget) =>
      ask(async () => {
        const step = sql`${stepMs(budget)}::float8 * ${millisecond}`;
        const room = sql`${budget.seconds * 1000 - stepMs(budget)}::float8 * ${millisecond}`;
        // `excluded.until` is now and one step: the clock is read once.
        const { rows } = await sql<{ ahead: number }>`
          insert into rate_limits as kept (key, until) values (${key}, clock_timestamp() + ${step})
            on conflict (key) do update set until = greatest(kept.until + ${step}, excluded.until)
              where greatest(kept.until + ${step}, excluded.until) <= excluded.until + ${room}
            returning extract(epoch from until - clock_timestamp())::float8 * 1000 as ahead`.execute(db);
        if (rows[0]) return toTaken(true, rows[0].ahead, budget);
        const full = await sql<{ ahead: number }>`
          select extract(epoch from until - clock_timestamp())::float8 * 1000 as ahead
            from rate_limits where key = ${key}`.execute(db);
        return toTaken(false, full.rows[0]?.ahead ?? 0, budget);
      }),

    check: ({ caller, jobs, bytes }) =>
      ask(async () => {
        const { rows } = await sql<{ wait: number }>`
          select ${untilTomorrow} as wait from daily_use
            where caller = ${caller} and day = ${today} and (jobs >= ${jobs}::bigint or bytes >= ${bytes}::bigint)
          `.execute(db);
        if (rows[0]) throw usedUp(rows[0].wait);
      }),

    forget: () =>
      ask(async () => {
        await sql`delete from rate_limits where until < now()`.execute(db);
        await sql`delete from daily_use where day < ${today}`.execute(db);
      }),
  };
}

/** Counts a job in the transaction that keeps it. Throws `quota_exceeded`. */
export async function chargeDay(trx: Trx, quota: Quota, jobBytes: number): Promise<void> {
  const { rows } = await sql`
    insert into daily_use as kept (caller, day, jobs, bytes)
      select ${quota.caller}::text, ${today}, 1, ${jobBytes}::bigint where ${jobBytes}::bigint <= ${quota.bytes}::bigint
      on conflict (caller, day) do update set jobs = kept.jobs + 1, bytes = kept.bytes + excluded.bytes
        where kept.jobs < ${quota.jobs}::bigint and kept.bytes + excluded.bytes <= ${quota.bytes}::bigint
      returning 1`.execute(trx);
  if (rows.length > 0) return;
  const wait = await sql<{ wait: number }>`select ${untilTomorrow} as wait`.execute(trx);
  throw usedUp(wait.rows[0]?.wait ?? 1);
}

export function usedUp(waitMs: number): WaitError {
  const message = 'The jobs or bytes of this day are used up; the day ends at 0:00 UTC';
  return new WaitError('quota_exceeded', waitMs / 1000, message);
}
