// What watching needs: who may list a job, what an ended job takes, the end of a job's row as a notice, and secrets that
// all apis on this database share.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The parts of a job whose size its caller or its sandbox decides, beside what every job costs. */
const measured = (row: string) => sql`
  1024 + coalesce(pg_column_size(${sql.raw(row)}.outcome), 0) + coalesce(pg_column_size(${sql.raw(row)}.upload), 0)
  + coalesce(pg_column_size(${sql.raw(row)}.hints), 0) + coalesce(pg_column_size(${sql.raw(row)}.guesses), 0)
  + (select coalesce(sum(128 + coalesce(pg_column_size(event.progress), 0)), 0) from job_events event
      where event.job_id = ${sql.raw(row)}.id)`;

export const watching: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('service_secrets')
      .addColumn('name', 'text', (column) => column.primaryKey())
      // Base64.
      .addColumn('secret', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .alterTable('solve_jobs')
      .addColumn('owner_key', 'text')
      // What an ended job takes, its events included; 0 before.
      .addColumn('bytes', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`update solve_jobs set bytes = ${measured('solve_jobs')} where finished_at is not null`.execute(db);
    await sql`create index solve_jobs_of_owner on solve_jobs (owner_key, created_at, id)
      where owner_key is not null`.execute(db);
    // The order in which waiting jobs are handed out.
    await sql`create index solve_jobs_waiting on solve_jobs (round, ready_at, id)
      where status = 'queued' and lease_owner is null`.execute(db);
    await db.schema.createIndex('idempotency_keys_created').on('idempotency_keys').column('created_at').execute();
    await db.schema.createIndex('idempotency_keys_of_job').on('idempotency_keys').column('job_id').execute();
    await measureEnds(db);
    await noticeDeletes(db);
  },
};

/** Measured before it is compressed, so that it is an upper bound of what it takes. */
async function measureEnds(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function solve_job_measured() returns trigger language plpgsql as $$
    begin
      if new.finished_at is not null and old.finished_at is null then
        new.bytes := ${measured('new')};
      end if;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger solve_job_measured before update of finished_at on solve_jobs
      for each row execute function solve_job_measured()`.execute(db);
}

/** Whoever follows a job hears that there is nothing left to follow. */
async function noticeDeletes(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function solve_job_gone() returns trigger language plpgsql as $$
    begin
      perform pg_notify('astrogate_jobs', 'deleted ' || old.id);
      return null;
    end $$`.execute(db);
  await sql`
    create trigger solve_job_gone after delete on solve_jobs
      for each row execute function solve_job_gone()`.execute(db);
}
