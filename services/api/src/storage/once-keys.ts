// Idempotency keys and the jobs that were made with them. Key and job are written in one transaction.
import { AstrogateError } from '@astrogate/proto';
import type { Job } from '../jobs/job.js';
import { type Once, onceMs } from '../jobs/once.js';
import { toJob, webhookColumn } from './job-row.js';
import type { Db, Trx } from './tables.js';

type KeyName = Pick<Once, 'scope' | 'key'>;

const freshKey = (db: Db | Trx, { scope, key }: KeyName, now: Date) =>
  db
    .selectFrom('idempotency_keys')
    .where('idempotency_keys.caller_key', '=', scope)
    .where('idempotency_keys.key', '=', key)
    .where('idempotency_keys.created_at', '>', oldest(now));

/** Whether a job was made with this key lately. */
export async function isKeyKnown(db: Db, name: KeyName, now: Date): Promise<boolean> {
  return (await freshKey(db, name, now).select('idempotency_keys.key').executeTakeFirst()) !== undefined;
}

/** The job that was made with this key; undefined: none was. Throws `idempotency_mismatch` when something else was asked. */
export async function jobOfKey(trx: Trx, once: Once, now: Date): Promise<Job | undefined> {
  const row = await freshKey(trx, once, now)
    .innerJoin('solve_jobs', 'solve_jobs.id', 'idempotency_keys.job_id')
    .selectAll('solve_jobs')
    .select(['idempotency_keys.request_hash', webhookColumn])
    .executeTakeFirst();
  if (row && row.request_hash !== once.requestHash) throw new AstrogateError('idempotency_mismatch');
  return row && toJob(row);
}

/** Remembers a key that `jobOfKey` has not found. Collides when somebody else has just kept it. */
export async function keepKey(trx: Trx, { scope, key, requestHash }: Once, { id, createdAt }: Job): Promise<void> {
  const lapsed = trx.deleteFrom('idempotency_keys').where('created_at', '<=', oldest(createdAt));
  await lapsed.where('caller_key', '=', scope).where('key', '=', key).execute();
  const row = { caller_key: scope, key, request_hash: requestHash, job_id: id, created_at: createdAt };
  await trx.insertInto('idempotency_keys').values(row).execute();
}

export async function forgetKeys(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('idempotency_keys').where('created_at', '<=', oldest(now)).execute();
}

function oldest(now: Date): Date {
  return new Date(now.getTime() - onceMs);
}
