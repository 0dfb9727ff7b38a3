// Admin jobs in the database. Every change reads the row under a lock, asks job-state.ts, and writes what it says.
import { AstrogateError } from '@astrogate/proto';
import { type ExpressionBuilder, type Selectable, sql } from 'kysely';
import { type Once, onceMs } from '../jobs/once.js';
import { newId } from '../new-id.js';
import { hasEnded, type JobState, transition, withNote } from '../system/job-state.js';
import type { Json } from '../system/plan.js';
import type { NewSystemJob, SystemHold, SystemJob, SystemJobStore } from '../system/system-job.js';
import type { Database } from './database.js';
import { fromJson, toJson } from './json.js';
import { listenTo } from './listen.js';
import type { SystemJobsTable, Tables, Trx } from './tables.js';
import { ask, inTransaction } from './transaction.js';

const channel = 'astrogate_system_jobs';
/** What they did stands in the audit log as well. */
const keptDays = 90;

/** What is recorded of an act on a job, in the transaction that does it. */
export type RecordAct = (trx: Trx, act: 'created' | 'cancelled' | 'ended', job: SystemJob) => Promise<void>;

export function systemJobs({ db, boss, isEmbedded }: Database, leaseMs: number, record?: RecordAct): SystemJobStore {
  /** Whose leases are ours: this start of this process. */
  const owner = newId();
  // By the database's clock, which all replicas share.
  const leaseEnd = sql<Date>`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;
  const held = { lease_owner: owner, lease_until: leaseEnd };
  const free = { lease_owner: null, lease_until: null };
  const longAgo = sql<Date>`clock_timestamp() - ${keptDays} * interval '1 day'`;

  const ours =
    ({ id, attempt }: SystemHold) =>
    (eb: ExpressionBuilder<Tables, 'system_jobs'>) =>
      eb.and([
        eb('id', '=', id),
        eb('attempt', '=', attempt),
        eb('lease_owner', '=', owner),
        eb('finished_at', 'is', null),
      ]);

  /** Whoever else had a job of the embedded database was a forerunner of this process, and is dead. */
  const isLeft = (eb: ExpressionBuilder<Tables, 'system_jobs'>) =>
    eb.or([
      eb('lease_owner', 'is', null),
      eb('lease_until', '<', sql<Date>`clock_timestamp()`),
      ...(isEmbedded ? [eb('lease_owner', '<>', owner)] : []),
    ]);

  /** Writes `state` into a row that is locked. */
  async function save(trx: Trx, id: string, state: JobState): Promise<SystemJob> {
    const ended = hasEnded(state);
    const rows = trx.updateTable('system_jobs').set((eb) => ({
      ...{ status: state.status, state: toJson(state), version: eb('version', '+', 1) },
      ...(ended && { ...free, finished_at: sql<Date>`clock_timestamp()` }),
    }));
    const job = toSystemJob(await rows.where('id', '=', id).returningAll().executeTakeFirstOrThrow());
    if (ended) await record?.(trx, 'ended', job);
    return job;
  }

  return {
    leaseMs,

    create: (job, once) =>
      inTransaction(db, async (trx) => {
        const known = once && (await jobOfKey(trx, once, job.createdAt));
        if (known) return { job: known, isNew: false };
        const row = await trx
          .insertInto('system_jobs')
          .values({ ...toColumns(job), ...held, ...(once && toOnceColumns(once)) })
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst();
        if (!row) {
          // Made at this very moment with the same key; now it can be seen.
          const twin = once && (await jobOfKey(trx, once, job.createdAt));
          if (twin) return { job: twin, isNew: false };
          throw await whyNot(trx);
        }
        await trx.deleteFrom('system_jobs').where('finished_at', '<', longAgo).execute();
        const made = toSystemJob(row);
        await record?.(trx, 'created', made);
        return { job: made, isNew: true };
      }),

    find: (once, now) => inTransaction(db, (trx) => jobOfKey(trx, once, now)),

    get: (id) =>
      ask(async () => {
        const row = await db.selectFrom('system_jobs').selectAll().where('id', '=', id).executeTakeFirst();
        return row && toSystemJob(row);
      }),

    list: (limit) =>
      ask(async () => {
        const newest = db.selectFrom('system_jobs').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc');
        return (await newest.limit(limit).execute()).map(toSystemJob);
      }),

    take: () =>
      inTransaction(db, async (trx) => {
        const left = trx.selectFrom('system_jobs').select('id').where('finished_at', 'is', null).where(isLeft);
        const found = await left.forUpdate().skipLocked().executeTakeFirst();
        if (!found) return undefined;
        const rows = trx
          .updateTable('system_jobs')
          .set((eb) => ({ ...held, attempt: eb('attempt', '+', 1) }))
          .where('id', '=', found.id);
        return toSystemJob(await rows.returningAll().executeTakeFirstOrThrow());
      }),

    steal: (id) =>
      ask(async () => {
        const rows = db.updateTable('system_jobs').set((eb) => ({ ...held, attempt: eb('attempt', '+', 1) }));
        const waiting = rows.where('id', '=', id).where('status', '=', 'waiting_for_operator');
        const row = await waiting.returningAll().executeTakeFirst();
        return row && toSystemJob(row);
      }),

    renew: (hold) =>
      ask(async () => {
        const rows = db.updateTable('system_jobs').set({ lease_until: leaseEnd }).where(ours(hold));
        return (await rows.returning('id').execute()).length > 0;
      }),

    release: (hold) =>
      ask(async () => void (await db.updateTable('system_jobs').set(free).where(ours(hold)).execute())),

    change: (hold, event, shape) =>
      inTransaction(db, async (trx) => {
        const row = await trx.selectFrom('system_jobs').selectAll().where(ours(hold)).forUpdate().executeTakeFirst();
        const state = row && transition(toSystemJob(row).state, event, shape);
        return state && (await save(trx, hold.id, state));
      }),

    ask: (id, event, shape) =>
      inTransaction(db, async (trx) => {
        const rows = trx.selectFrom('system_jobs').selectAll().where('id', '=', id);
        const row = await rows.forUpdate().executeTakeFirst();
        const state = row && transition(toSystemJob(row).state, event, shape);
        if (!state) return undefined;
        const job = await save(trx, id, state);
        await record?.(trx, 'cancelled', job);
        return job;
      }),

    write: (hold, what) =>
      inTransaction(db, async (trx) => {
        const row = await trx.selectFrom('system_jobs').selectAll().where(ours(hold)).forUpdate().executeTakeFirst();
        if (!row) return false;
        const { state, kept } = toSystemJob(row);
        const columns =
          'note' in what
            ? { state: toJson(withNote(state, what.note)) }
            : { kept: toJson({ ...kept, [what.key]: what.value }) };
        const rows = trx.updateTable('system_jobs').set((eb) => ({ ...columns, version: eb('version', '+', 1) }));
        await rows.where('id', '=', hold.id).execute();
        return true;
      }),

    listen: (onChange) =>
      ask(async () => {
        const subscription = await listenTo(boss, channel, onChange, () => onChange(undefined));
        return () => subscription.close();
      }),
  };
}

/** The job that was made with this key; undefined: none was, or long ago. Throws `idempotency_mismatch`. */
async function jobOfKey(trx: Trx, { scope, key, requestHash }: Once, now: Date): Promise<SystemJob | undefined> {
  const rows = trx.selectFrom('system_jobs').selectAll().where('once_scope', '=', scope).where('once_key', '=', key);
  const row = await rows.forUpdate().executeTakeFirst();
  if (!row) return undefined;
  if (row.created_at.getTime() > now.getTime() - onceMs) {
    if (row.once_hash !== requestHash) throw new AstrogateError('idempotency_mismatch');
    return toSystemJob(row);
  }
  const forgotten = { once_scope: null, once_key: null, once_hash: null };
  await trx.updateTable('system_jobs').set(forgotten).where('id', '=', row.id).execute();
  return undefined;
}

/** Somebody else's job came first. */
async function whyNot(trx: Trx): Promise<AstrogateError> {
  const row = await trx
    .selectFrom('system_jobs')
    .select(['id', 'kind'])
    .where('finished_at', 'is', null)
    .executeTakeFirst();
  return new AstrogateError('system_job_active', row && `The ${row.kind} job ${row.id} has not ended`);
}

function toColumns({ id, kind, params, actor, requestId, createdAt, state }: NewSystemJob) {
  const what = { id, kind, params: toJson(params), actor, request_id: requestId, created_at: createdAt };
  return { ...what, status: state.status, state: toJson(state) };
}

const toOnceColumns = ({ scope, key, requestHash }: Once) => ({
  ...{ once_scope: scope, once_key: key, once_hash: requestHash },
});

function toSystemJob(row: Selectable<SystemJobsTable>): SystemJob {
  return {
    id: row.id,
    kind: row.kind,
    params: fromJson<Json>(row.params),
    actor: row.actor,
    requestId: row.request_id,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    state: fromJson<JobState>(row.state),
    kept: fromJson<Record<string, Json>>(row.kept),
    version: row.version,
    attempt: row.attempt,
  };
}
