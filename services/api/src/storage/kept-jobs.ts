// Jobs in the database as their callers see them: submitted, looked at, cancelled, forgotten.
import { AstrogateError } from '@astrogate/proto';
import { sql } from 'kysely';
import { appendAudit } from '../audit/audit.js';
import type { JobStore } from '../jobs/job-store.js';
import { nextRound, type QueueRounds } from '../jobs/rounds.js';
import { chargeDay } from '../limits/kept-limits.js';
import type { Database } from './database.js';
import { toDeliveryRow } from './delivery-row.js';
import { liveStatuses, toEndColumns, toJob, toRow, webhookColumn } from './job-row.js';
import { forgetKeys, isKeyKnown, jobOfKey, keepKey } from './once-keys.js';
import { isPaused, lockPlaces } from './pause.js';
import { readSecret } from './service-secrets.js';
import type { SolveQueue } from './solve-queue.js';
import type { Trx } from './tables.js';
import { ask, inTransaction } from './transaction.js';

type KeptJobs = Pick<
  JobStore,
  'check' | 'waiting' | 'isKnown' | 'submit' | 'get' | 'cancel' | 'delete' | 'forgetEnded' | 'neededUploads' | 'secret'
>;

export function keptJobs({ db, isEmbedded }: Database, queue: SolveQueue): KeptJobs {
  return {
    check: () =>
      ask(async () => {
        const { rows } = await sql<{ writable: boolean }>`select not pg_is_in_recovery()
          and current_setting('transaction_read_only') = 'off' as writable`.execute(db);
        if (!rows[0]?.writable) throw new AstrogateError('storage_unavailable', 'The database is read-only now');
      }),

    waiting: () =>
      ask(async () => {
        const waiting = db.selectFrom('solve_jobs').where('status', '=', 'queued').where('lease_owner', 'is', null);
        const { count } = await waiting.select(({ fn }) => fn.countAll().as('count')).executeTakeFirstOrThrow();
        return Number(count);
      }),

    isKnown: (name, now) => ask(() => isKeyKnown(db, name, now)),

    submit: (job, queueLimit, { webhook, once, quota } = {}) =>
      inTransaction(db, async (trx) => {
        // The embedded database has one connection, and therefore one transaction at a time.
        if (!isEmbedded) {
          await sql`set local lock_timeout = '2s'`.execute(trx);
          await lockPlaces(trx);
        }
        const earlier = once && (await jobOfKey(trx, once, job.createdAt));
        if (earlier) return earlier;
        if (await isPaused(trx)) throw new AstrogateError('system_paused');
        const { waiting, ...rounds } = await lookAtQueue(trx, job.callerKey);
        if (waiting >= queueLimit) throw new AstrogateError('busy');
        if (quota) await chargeDay(trx, quota, job.upload.bytes);
        const round = nextRound(rounds);
        await trx.insertInto('solve_jobs').values(toRow(job, round)).execute();
        if (webhook) {
          await refuseTooManyDeliveries(trx, job.callerKey);
          await trx.insertInto('webhook_deliveries').values(toDeliveryRow(job, webhook)).execute();
        }
        await queue.add(trx, { id: job.id, round });
        if (once) await keepKey(trx, once, job);
        return job;
      }),

    get: (id) =>
      ask(async () => {
        const rows = db.selectFrom('solve_jobs').selectAll().select(webhookColumn).where('id', '=', id);
        const row = await rows.executeTakeFirst();
        return row && toJob(row);
      }),

    cancel: (id, at, act) =>
      inTransaction(db, async (trx) => {
        await queue.remove(trx, [id]);
        const row = await trx
          .updateTable('solve_jobs')
          .set(toEndColumns({ cancelled: true }, at))
          .where('id', '=', id)
          .where('status', 'in', liveStatuses)
          .returningAll()
          .executeTakeFirst();
        if (row && act) await appendAudit(trx, act);
        return row && toJob(row);
      }),

    delete: (id, act) =>
      inTransaction(db, async (trx) => {
        await queue.remove(trx, [id]);
        const row = await trx.deleteFrom('solve_jobs').where('id', '=', id).returning('status').executeTakeFirst();
        if (row && act) await appendAudit(trx, { ...act, detail: { ...act.detail, status: row.status } });
      }),

    forgetEnded: ({ now, keepMs, keepJobs, keepBytes }) =>
      ask(async () => {
        await forgetKeys(db, now);
        const oldest = new Date(now.getTime() - keepMs);
        await db.deleteFrom('solve_jobs').where('finished_at', '<', oldest).execute();
        const ended = db.selectFrom('solve_jobs').where('finished_at', 'is not', null);
        const kept = await ended
          .select(({ fn }) => [fn.countAll().as('jobs'), fn.sum('bytes').as('bytes')])
          .executeTakeFirstOrThrow();
        if (Number(kept.jobs) <= keepJobs && Number(kept.bytes) <= keepBytes) return;
        // Newest first, each with its rank and with what it and all newer ones take.
        await sql`
          delete from solve_jobs where id in (
            select id from (
              select id, row_number() over newest as rank, sum(bytes) over newest as total
                from solve_jobs where finished_at is not null
                window newest as (order by finished_at desc, id)
            ) ended where rank > ${keepJobs}::bigint or total > ${keepBytes}::bigint
          )`.execute(db);
      }),

    neededUploads: (keys) =>
      ask(async () => {
        if (keys.length === 0) return new Set();
        // A restore is about to exchange the jobs, or to change them back.
        if (await isPaused(db)) return new Set(keys);
        const key = sql<string>`upload ->> 'key'`;
        const live = db.selectFrom('solve_jobs').where('status', 'in', liveStatuses);
        const rows = await live.select(key.as('key')).where(key, 'in', keys).execute();
        return new Set(rows.map((row) => row.key));
      }),

    secret: (name) => ask(() => readSecret(db, name)),
  };
}

/** Deliveries that wait for their job's end or their receiver, in all and of one caller. */
const mostDeliveries = { all: 20_000, caller: 2_000 };

/** They outlive their jobs, so that the queue's limit does not bound them. Throws `busy`. */
async function refuseTooManyDeliveries(trx: Trx, callerKey: string): Promise<void> {
  const { all, own } = await trx
    .selectFrom('webhook_deliveries')
    .where('state', 'in', ['waiting', 'pending'])
    .select(({ fn, eb }) => [
      fn.countAll().as('all'),
      fn
        .countAll()
        .filterWhere(eb('caller_key', '=', callerKey))
        .as('own'),
    ])
    .executeTakeFirstOrThrow();
  if (Number(all) >= mostDeliveries.all || Number(own) >= mostDeliveries.caller)
    throw new AstrogateError('busy', 'Too many webhooks wait to be delivered');
}

async function lookAtQueue(trx: Trx, callerKey: string): Promise<QueueRounds & { waiting: number }> {
  const row = await trx
    .selectFrom('solve_jobs')
    .where('status', 'in', liveStatuses)
    .select(({ fn, eb }) => [
      fn.countAll().filterWhere('lease_owner', 'is', null).as('waiting'),
      fn.min('round').filterWhere('lease_owner', 'is', null).as('lowest'),
      fn.max('round').filterWhere('lease_owner', 'is not', null).as('highest'),
      fn
        .max('round')
        .filterWhere(eb('caller_key', '=', callerKey))
        .as('last'),
    ])
    .executeTakeFirstOrThrow();
  return {
    waiting: Number(row.waiting),
    lowestWaiting: row.lowest ?? undefined,
    highestTaken: row.highest ?? undefined,
    lastOfCaller: row.last ?? undefined,
  };
}
