// What a reset would delete, counted: for whoever is about to ask for one.
import { sql } from 'kysely';
import type { Db } from '../../storage/tables.js';
import { ask } from '../../storage/transaction.js';

export interface ResetCounts {
  readonly jobs: number;
  /** Of these, jobs that wait or run. */
  readonly liveJobs: number;
  /** Of their uploads, bytes. */
  readonly uploadBytes: number;
  readonly webhooks: number;
  readonly accounts: number;
  /** Superusers, which stay. */
  readonly keptAccounts: number;
  /** Superusers that can sign in. */
  readonly openAccounts: number;
  readonly apiKeys: number;
  readonly sessions: number;
}

const live = sql`status in ('queued', 'running')`;

/** Throws `storage_unavailable`. */
export async function countRows(db: Db): Promise<ResetCounts> {
  return ask(async () => {
    const { rows } = await sql<Record<keyof ResetCounts, string | number>>`select
      (select count(*) from solve_jobs) as "jobs",
      (select count(*) from solve_jobs where ${live}) as "liveJobs",
      (select coalesce(sum((upload ->> 'bytes')::bigint), 0) from solve_jobs where ${live}) as "uploadBytes",
      (select count(*) from webhook_deliveries) as "webhooks",
      (select count(*) from users where not is_superuser) as "accounts",
      (select count(*) from users where is_superuser) as "keptAccounts",
      (select count(*) from users where is_superuser and not is_disabled) as "openAccounts",
      (select count(*) from api_keys) as "apiKeys",
      (select count(*) from sessions) as "sessions"`.execute(db);
    const counts = rows[0];
    if (!counts) throw new Error('a select without a table lost its row');
    return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Number(count)])) as Record<
      keyof ResetCounts,
      number
    >;
  });
}

/** Whether a full reset would remove the account of "user:ID" or "key:ID". Throws `storage_unavailable`. */
export async function wouldRemove(db: Db, actor: string): Promise<boolean> {
  const [kind, id = ''] = actor.split(':');
  if (kind !== 'user' && kind !== 'key') return false;
  return ask(async () => {
    const users = db.selectFrom('users').select('users.id').where('is_superuser', '=', false);
    const own =
      kind === 'user'
        ? users.where('users.id', '=', id)
        : users.innerJoin('api_keys', 'api_keys.user_id', 'users.id').where('api_keys.id', '=', id);
    return (await own.executeTakeFirst()) !== undefined;
  });
}
