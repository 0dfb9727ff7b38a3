// Admin jobs. At most one has not ended at any time: the database says so, not a timer.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const systemJobs: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('system_jobs')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('params', 'jsonb', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('request_id', 'text', (column) => column.notNull())
      .addColumn('created_at', 'timestamptz', (column) => column.notNull())
      .addColumn('finished_at', 'timestamptz')
      .addColumn('status', 'text', (column) => column.notNull())
      // Steps and what else job-state.ts decides by.
      .addColumn('state', 'jsonb', (column) => column.notNull())
      // What steps remember for when they are done again. Never a secret.
      .addColumn('kept', 'jsonb', (column) => column.notNull().defaultTo('{}'))
      .addColumn('version', 'integer', (column) => column.notNull().defaultTo(1))
      // The fencing token: whoever has an older number may record nothing.
      .addColumn('attempt', 'integer', (column) => column.notNull().defaultTo(1))
      .addColumn('lease_owner', 'text')
      .addColumn('lease_until', 'timestamptz')
      .addColumn('once_scope', 'text')
      .addColumn('once_key', 'text')
      .addColumn('once_hash', 'text')
      .addCheckConstraint('system_jobs_ended', sql`(finished_at is not null) = (status in ('done', 'failed'))`)
      .execute();
    await sql`create unique index system_jobs_one_active on system_jobs ((true)) where finished_at is null`.execute(db);
    await sql`create unique index system_jobs_once on system_jobs (once_scope, once_key)
      where once_key is not null`.execute(db);
    await db.schema.createIndex('system_jobs_created').on('system_jobs').columns(['created_at', 'id']).execute();
    await sql`
      create function system_job_changed() returns trigger language plpgsql as $$
      begin
        perform pg_notify('astrogate_system_jobs', new.id);
        return null;
      end $$`.execute(db);
    await sql`
      create trigger system_job_changed after insert or update of version on system_jobs
        for each row execute function system_job_changed()`.execute(db);
  },
};
