// Accounts: users, their sessions with refresh tokens, second factors and API keys; tries to sign in; signing keys; and
// the secret with which the first admin is made.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const accounts: Migration = {
  async up(db: Kysely<unknown>) {
    await createUsers(db);
    await createSessions(db);
    await createFactors(db);
    await createKeys(db);
    // Admins list the jobs of all.
    await db.schema.createIndex('solve_jobs_created').on('solve_jobs').columns(['created_at', 'id']).execute();
  },
};

const moment = sql`clock_timestamp()`;

async function createUsers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', 'text', (column) => column.primaryKey())
    // In lower case: two names never differ in that alone.
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('is_superuser', 'boolean', (column) => column.notNull())
    .addColumn('is_disabled', 'boolean', (column) => column.notNull().defaultTo(false))
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('password_changed_at', 'timestamptz', (column) => column.notNull().defaultTo(moment))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(moment))
    .addCheckConstraint('users_role', sql`role in ('viewer', 'operator', 'admin')`)
    .addCheckConstraint('users_superuser', sql`role = 'admin' or not is_superuser`)
    .execute();
  await db.schema
    .createTable('login_attempts')
    // Hash of a name, whether anybody has it or not.
    .addColumn('name_hash', 'text', (column) => column.primaryKey())
    // Wrong ones in a row, and those that are being looked at.
    .addColumn('failures', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('last_at', 'timestamptz', (column) => column.notNull().defaultTo(moment))
    .addColumn('locked_until', 'timestamptz')
    .execute();
  await db.schema
    .createTable('bootstrap')
    // There is one row, and there was never another.
    .addColumn('id', 'integer', (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn('secret_hash', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(moment))
    .addColumn('used_at', 'timestamptz')
    .execute();
}

async function createSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(moment))
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .addColumn('ended_at', 'timestamptz')
    .addColumn('ended_by', 'text')
    .execute();
  await db.schema.createIndex('sessions_of_user').on('sessions').column('user_id').execute();
  await db.schema
    .createTable('refresh_tokens')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    // The family: all tokens that one sign-in has led to.
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id').onDelete('cascade'))
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(moment))
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .addColumn('used_at', 'timestamptz')
    .execute();
  await db.schema.createIndex('refresh_tokens_of_session').on('refresh_tokens').column('session_id').execute();
}

async function createFactors(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('second_factors')
    .addColumn('user_id', 'text', (column) => column.primaryKey().references('users.id').onDelete('cascade'))
    .addColumn('sealed_secret', 'text', (column) => column.notNull())
    // Until then it is asked of nobody.
    .addColumn('confirmed_at', 'timestamptz')
    // Of the last code that was taken; neither it nor an older one counts again.
    .addColumn('last_step', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createTable('recovery_codes')
    .addColumn('user_id', 'text', (column) => column.notNull().references('second_factors.user_id').onDelete('cascade'))
    .addColumn('hash', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('recovery_codes_pkey', ['user_id', 'hash'])
    .execute();
}

async function createKeys(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('api_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('prefix', 'text', (column) => column.notNull().unique())
    .addColumn('secret_hash', 'text', (column) => column.notNull())
    // With spaces between them.
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(moment))
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .addColumn('last_used_at', 'timestamptz')
    .execute();
  await db.schema.createIndex('api_keys_of_user').on('api_keys').column('user_id').execute();
  await db.schema
    .createTable('signing_keys')
    .addColumn('kid', 'text', (column) => column.primaryKey())
    // SPKI, base64.
    .addColumn('public_key', 'text', (column) => column.notNull())
    // PKCS #8, sealed under the master key.
    .addColumn('sealed_key', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(moment))
    .execute();
}
