// The audit log. Each row carries the hash of the one before; none can be changed or removed as long as the triggers
// stand, which the owner of the table can take away (see docs/audit.md).
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const audit: Migration = {
  async up(db: Kysely<unknown>) {
    const text = 'text' as const;
    await db.schema
      .createTable('audit_log')
      .addColumn('seq', 'bigint', (column) => column.primaryKey().check(sql`seq > 0`))
      // By the database's clock, whole milliseconds, so that it is the same wherever it is read.
      .addColumn('at', 'timestamptz', (column) => column.notNull())
      .addColumn('act', text, (column) => column.notNull())
      .addColumn('actor', text, (column) => column.notNull())
      .addColumn('address', text, (column) => column.notNull())
      .addColumn('target', text, (column) => column.notNull())
      .addColumn('result', text, (column) => column.notNull())
      .addColumn('request_id', text, (column) => column.notNull())
      // JSON as it was hashed: jsonb would write numbers in its own way.
      .addColumn('detail', text, (column) => column.notNull())
      // Unique: no two rows follow the same one.
      .addColumn('prev', text, (column) => column.notNull().unique())
      .addColumn('hash', text, (column) => column.notNull().unique())
      .execute();
    await db.schema.createIndex('audit_log_of_actor').on('audit_log').columns(['actor', 'seq']).execute();
    await db.schema.createIndex('audit_log_of_target').on('audit_log').columns(['target', 'seq']).execute();
    await sql`
      create function audit_log_stands() returns trigger language plpgsql as $$
      begin
        raise exception 'the audit log can only be added to' using errcode = 'insufficient_privilege';
      end $$`.execute(db);
    await sql`
      create trigger audit_log_stands before update or delete or truncate on audit_log
        for each statement execute function audit_log_stands()`.execute(db);
    // Also for sessions that apply replicated changes, in which other triggers rest.
    await sql`alter table audit_log enable always trigger audit_log_stands`.execute(db);
  },
};
