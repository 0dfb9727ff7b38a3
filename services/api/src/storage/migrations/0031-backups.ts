// Backups that are kept, and the keys with which they are made and opened.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const moment = sql`clock_timestamp()`;

export const backups: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('backups')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('made_at', 'timestamptz', (column) => column.notNull().defaultTo(moment))
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('bytes', 'bigint')
      // Of the whole file, in hex.
      .addColumn('sha256', 'text')
      // The last migration of the tables that are in it.
      .addColumn('level', 'text')
      .addColumn('parts', 'text', (column) => column.notNull())
      .addColumn('made_by', 'text', (column) => column.notNull())
      // The restore that would go back to it.
      .addColumn('needed_by', 'text')
      .addCheckConstraint('backups_kind', sql`kind in ('manual', 'scheduled', 'safety', 'uploaded')`)
      .addCheckConstraint('backups_state', sql`state in ('making', 'good', 'bad')`)
      .addCheckConstraint(
        'backups_measured',
        sql`state <> 'good' or (bytes is not null and sha256 is not null and level is not null)`,
      )
      .execute();
    await db.schema.createIndex('backups_made').on('backups').columns(['made_at', 'id']).execute();
  },
};
