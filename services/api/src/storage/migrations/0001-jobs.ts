// Jobs, what happened to them, and the keys under which they were asked for.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const jobs: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('solve_jobs')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('caller_key', 'text', (column) => column.notNull())
      .addColumn('request_id', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('created_at', 'timestamptz', (column) => column.notNull())
      .addColumn('started_at', 'timestamptz')
      .addColumn('finished_at', 'timestamptz')
      .addColumn('retry_ms', 'integer', (column) => column.notNull())
      .addColumn('upload', 'jsonb', (column) => column.notNull())
      .addColumn('hints', 'jsonb', (column) => column.notNull())
      .addColumn('guesses', 'jsonb', (column) => column.notNull())
      .addColumn('limits', 'jsonb', (column) => column.notNull())
      .addColumn('progress', 'jsonb')
      .addColumn('outcome', 'jsonb')
      .addColumn('failure', 'jsonb')
      // Place in the fair order: lower rounds go first.
      .addColumn('round', 'integer', (column) => column.notNull())
      // Since when it could be dispatched, if a slot were free.
      .addColumn('ready_at', 'timestamptz', (column) => column.notNull())
      .addColumn('tried_at', 'timestamptz')
      // The fencing token: whoever has an older number may record nothing.
      .addColumn('attempt', 'integer', (column) => column.notNull().defaultTo(0))
      // Attempts that were lost after the solver had accepted them.
      .addColumn('broken', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('lease_owner', 'text')
      .addColumn('lease_until', 'timestamptz')
      .execute();
    // Both are small: ended jobs, which are most, stand in neither.
    await sql`create index solve_jobs_live on solve_jobs (caller_key, round) where status in ('queued', 'running')`.execute(
      db,
    );
    await sql`create index solve_jobs_leased on solve_jobs (lease_until) where lease_owner is not null`.execute(db);
    await db.schema.createIndex('solve_jobs_finished').on('solve_jobs').column('finished_at').execute();
    await createEvents(db);
    await db.schema
      .createTable('idempotency_keys')
      .addColumn('caller_key', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('request_hash', 'text', (column) => column.notNull())
      .addColumn('job_id', 'text', (column) => column.notNull().references('solve_jobs.id').onDelete('cascade'))
      .addColumn('created_at', 'timestamptz', (column) => column.notNull())
      .addPrimaryKeyConstraint('idempotency_keys_pkey', ['caller_key', 'key'])
      .execute();
  },
};

/** Written by a trigger, so that no change of a job can be without its event, nor an event without its change. */
async function createEvents(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('job_events')
    .addColumn('seq', 'bigserial', (column) => column.primaryKey())
    .addColumn('job_id', 'text', (column) => column.notNull().references('solve_jobs.id').onDelete('cascade'))
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('progress', 'jsonb')
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('job_events_of_job').on('job_events').columns(['job_id', 'seq']).execute();
  // A job that has just been taken is news to nobody who waits for work.
  await sql`
    create function solve_job_changed() returns trigger language plpgsql as $$
    begin
      insert into job_events (job_id, attempt, status, progress, at)
        values (new.id, new.attempt, new.status, new.progress, clock_timestamp());
      if new.status <> 'queued' or new.lease_owner is null then
        perform pg_notify('astrogate_jobs', new.status || ' ' || new.id);
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger solve_job_changed after insert or update of status, progress, attempt on solve_jobs
      for each row execute function solve_job_changed()`.execute(db);
}
