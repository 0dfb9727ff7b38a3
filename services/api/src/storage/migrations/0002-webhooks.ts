// Webhooks: where the end of a job is told, and how that stands.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const webhooks: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('webhook_deliveries')
      // No reference: what is to be delivered outlives a job that is deleted or forgotten.
      .addColumn('job_id', 'text', (column) => column.primaryKey())
      .addColumn('request_id', 'text', (column) => column.notNull())
      .addColumn('caller_key', 'text', (column) => column.notNull())
      .addColumn('host', 'text', (column) => column.notNull())
      .addColumn('url', 'text')
      .addColumn('secret', 'text')
      // waiting (for the job's end), pending, delivered, given_up
      .addColumn('state', 'text', (column) => column.notNull())
      // Counts claims; with the owner of the lease it is the fencing token.
      .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('created_at', 'timestamptz', (column) => column.notNull())
      .addColumn('ended_at', 'timestamptz')
      .addColumn('next_at', 'timestamptz')
      .addColumn('lease_owner', 'text')
      .addColumn('lease_until', 'timestamptz')
      .addColumn('last_reason', 'text')
      // What the event says of the job.
      .addColumn('content', 'jsonb')
      // Nothing that was entrusted to us stays longer than it is needed.
      .addCheckConstraint(
        'webhook_deliveries_wiped',
        sql`state in ('waiting', 'pending') or (url is null and secret is null and content is null)`,
      )
      .addCheckConstraint(
        'webhook_deliveries_sendable',
        sql`state <> 'pending' or (url is not null and secret is not null and content is not null and next_at is not null)`,
      )
      .execute();
    await sql`create index webhook_deliveries_due on webhook_deliveries (next_at) where state = 'pending'`.execute(db);
    await createTriggers(db);
  },
};

/** So that no job ends, in whatever way, without its webhook becoming due in the same transaction. */
async function createTriggers(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function solve_job_ended() returns trigger language plpgsql as $$
    begin
      update webhook_deliveries
        set state = 'pending', next_at = new.finished_at, content = jsonb_build_object(
          'status', new.status, 'created_at', new.created_at, 'started_at', new.started_at,
          'finished_at', new.finished_at, 'failure', new.failure,
          'solution', case when jsonb_typeof(new.outcome -> 'solution') = 'object'
            then (new.outcome -> 'solution') - array['wcs', 'matched', 'stars'] end)
        where job_id = new.id and state = 'waiting';
      if found then
        perform pg_notify('astrogate_webhooks', '');
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger solve_job_ended after update on solve_jobs for each row
      when (old.finished_at is null and new.finished_at is not null) execute function solve_job_ended()`.execute(db);
  await sql`
    create function solve_job_deleted() returns trigger language plpgsql as $$
    begin
      delete from webhook_deliveries where job_id = old.id and state <> 'pending';
      return null;
    end $$`.execute(db);
  await sql`
    create trigger solve_job_deleted after delete on solve_jobs for each row
      execute function solve_job_deleted()`.execute(db);
}
