// What a reset is tried on: jobs with uploads, webhooks and keys, accounts with what belongs to them, and secrets in Vault.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { JobStore } from '../src/jobs/job-store.js';
import { newId } from '../src/new-id.js';
import type { Db } from '../src/storage/tables.js';
import { aJob } from './jobs.js';
import { solvedOutcome } from './outcomes.js';

const tables = [
  ...['solve_jobs', 'job_events', 'idempotency_keys', 'webhook_deliveries'],
  ...['users', 'sessions', 'refresh_tokens', 'second_factors', 'recovery_codes', 'api_keys'],
  ...['login_attempts', 'rate_limits', 'daily_use', 'service_secrets', 'signing_keys'],
] as const;
export type Counted = Partial<Record<(typeof tables)[number], number>>;

export async function rowCounts(db: Db): Promise<Required<Counted>> {
  const counts: Counted = {};
  for (const table of tables) {
    const { rows } = await sql<{ count: string }>`select count(*) as count from ${sql.table(table)}`.execute(db);
    counts[table] = Number(rows[0]?.count);
  }
  return counts as Required<Counted>;
}

/** What `fillWorld` makes. */
export const fullCounts: Counted = {
  ...{ solve_jobs: 4, idempotency_keys: 1, webhook_deliveries: 2 },
  ...{ users: 3, sessions: 3, refresh_tokens: 3, second_factors: 2, recovery_codes: 2, api_keys: 3 },
  ...{ login_attempts: 1, rate_limits: 1, daily_use: 1 },
};
/** What is left of it. */
export const afterData: Counted = {
  ...{ solve_jobs: 0, job_events: 0, idempotency_keys: 0 },
  ...{ users: 3, sessions: 3, refresh_tokens: 3, second_factors: 2, recovery_codes: 2, api_keys: 3, daily_use: 1 },
};
export const afterFull: Counted = {
  ...{ solve_jobs: 0, job_events: 0, idempotency_keys: 0, webhook_deliveries: 0 },
  ...{ users: 1, sessions: 0, refresh_tokens: 0, second_factors: 1, recovery_codes: 1, api_keys: 0 },
  ...{ login_attempts: 0, rate_limits: 0, daily_use: 0 },
};

export interface World {
  /** Of jobs that have not ended; their files are in the spool. */
  readonly uploads: readonly string[];
  readonly ids: { readonly root: string; readonly admin: string; readonly operator: string };
}

/** Every row that might refer to an account is there: of a superuser, of an admin who is none, and of an operator. */
export async function fillWorld(db: Db, store: JobStore, spool: string): Promise<World> {
  const ids = { root: newId(), admin: newId(), operator: newId() };
  await emptyAccounts(db);
  for (const [name, id] of Object.entries(ids)) await addAccount(db, name, id);
  for (const name of ['root', 'operator'] as const) await addFactor(db, ids[name]);
  await db.insertInto('login_attempts').values({ name_hash: 'h', failures: 2 }).execute();
  await db.insertInto('rate_limits').values({ key: 'k', until: new Date() }).execute();
  await sql`insert into daily_use (caller, day, jobs, bytes) values (${`user:${ids.operator}`}, current_date, 4, 12)`.execute(
    db,
  );
  const uploads: string[] = [];
  const submit = async (extras = {}) => {
    const key = `${randomBytes(16).toString('hex')}.upload`;
    writeFileSync(join(spool, key), 'abc', { mode: 0o600 });
    const job = aJob({ id: newId(), ownerKey: ids.operator, createdAt: new Date() });
    await store.submit({ ...job, upload: { ...job.upload, key } }, 1000, extras);
    uploads.push(key);
    return { id: job.id, key };
  };
  // One is solved, one runs, two wait; of these one has a webhook and one a key.
  await submit({ webhook: { url: 'https://h/x', secret: 's' } });
  const [claim] = await store.claim(1, new Date());
  if (!claim) throw new Error('nothing was taken');
  await store.finish(claim, { outcome: solvedOutcome }, { startedAt: new Date(), at: new Date() });
  uploads.pop();
  await submit();
  await store.claim(1, new Date());
  await submit({ webhook: { url: 'https://h/y', secret: 's' } });
  await submit({ once: { scope: 'k', key: 'once', requestHash: 'h' } });
  return { uploads, ids };
}

async function emptyAccounts(db: Db): Promise<void> {
  for (const table of ['users', 'login_attempts', 'rate_limits', 'daily_use'] as const)
    await db.deleteFrom(table).execute();
}

async function addAccount(db: Db, name: string, id: string): Promise<void> {
  const isSuperuser = name === 'root';
  const role = name === 'operator' ? 'operator' : 'admin';
  await db.insertInto('users').values({ id, name, role, is_superuser: isSuperuser, password_hash: 'x' }).execute();
  const [session, later] = [newId(), new Date(Date.now() + 3_600_000)];
  await db.insertInto('sessions').values({ id: session, user_id: id, expires_at: later }).execute();
  await db.insertInto('refresh_tokens').values({ hash: session, session_id: session, expires_at: later }).execute();
  const key = { id: newId(), user_id: id, name: 'k', prefix: id, secret_hash: 'x', scopes: 'solve', expires_at: later };
  await db.insertInto('api_keys').values(key).execute();
}

async function addFactor(db: Db, userId: string): Promise<void> {
  await db.insertInto('second_factors').values({ user_id: userId, sealed_secret: 'x' }).execute();
  await db.insertInto('recovery_codes').values({ user_id: userId, hash: 'x' }).execute();
}
