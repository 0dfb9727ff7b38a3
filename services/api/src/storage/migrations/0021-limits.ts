// How much of what they may do callers have done lately, for all replicas together.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const limits: Migration = {
  async up(db: Kysely<unknown>) {
    // Unlogged: a crash of the server empties it, which gives everybody a fresh start; a write costs no wait for a disk.
    await sql`
      create unlogged table rate_limits (
        key text primary key,
        until timestamptz not null
      )`.execute(db);
    await db.schema.createIndex('rate_limits_until').on('rate_limits').column('until').execute();
    await db.schema
      .createTable('daily_use')
      .addColumn('caller', 'text', (column) => column.notNull())
      // In UTC.
      .addColumn('day', 'date', (column) => column.notNull())
      .addColumn('jobs', 'bigint', (column) => column.notNull())
      .addColumn('bytes', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('daily_use_pkey', ['caller', 'day'])
      .execute();
  },
};
