// The schemas of a restore, and what lies in them. Names are made of ids of ours, and nothing else.
import { sql } from 'kysely';
import type { Trx } from '../storage/tables.js';
import { isBackupId } from './backup.js';

/** Where the tables of a restore are made, and where they are put when they are swapped back. */
export const scratchOf = (id: string) => `restore_${checked(id)}`;
/** Where the tables are kept that a restore has replaced. */
export const asideOf = (id: string) => `before_${checked(id)}`;

function checked(id: string): string {
  if (!isBackupId(id)) throw new TypeError('this is no id of a restore');
  return id;
}

/** The schema in which the tables of ours live. */
export async function liveSchema(trx: Trx): Promise<string> {
  const { rows } = await sql<{ name: string }>`select current_schema() as name`.execute(trx);
  return rows[0]?.name as string;
}

/** The comment on a schema; undefined when there is no such schema, empty when it has none. */
export async function noteOf(trx: Trx, schema: string): Promise<string | undefined> {
  const { rows } = await sql<{ note: string }>`
    select coalesce(obj_description(oid, 'pg_namespace'), '') as note
      from pg_namespace where nspname = ${schema}`.execute(trx);
  return rows[0]?.note;
}

/** `note` is made of hex digits and names of migrations: DDL takes no parameters. */
export async function createSchema(trx: Trx, schema: string, note: string): Promise<void> {
  await sql`create schema ${sql.id(schema)}`.execute(trx);
  await sql`comment on schema ${sql.id(schema)} is ${sql.lit(note)}`.execute(trx);
}

export async function tablesIn(trx: Trx, schema: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.relkind = 'r' order by 1`.execute(trx);
  return rows.map(({ name }) => name);
}

/** The functions that triggers of these tables call, as DDL names them within a schema. */
export async function triggerFunctionsOf(trx: Trx, schema: string, tables: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct format('%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)) as name
      from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
        join pg_proc p on p.oid = t.tgfoid
      where n.nspname = ${schema} and p.pronamespace = n.oid and not t.tgisinternal and c.relname in (${sql.join(tables)})
      order by 1`.execute(trx);
  return rows.map(({ name }) => name);
}

/** Moves tables, with all that is theirs (indexes, constraints, sequences), and the functions that their triggers call. */
export async function moveTables(trx: Trx, tables: readonly string[], from: string, to: string): Promise<void> {
  if (tables.length === 0) return;
  const functions = await triggerFunctionsOf(trx, from, tables);
  for (const table of tables) await sql`alter table ${sql.id(from, table)} set schema ${sql.id(to)}`.execute(trx);
  for (const name of functions)
    await sql`alter function ${sql.id(from)}.${sql.raw(name)} set schema ${sql.id(to)}`.execute(trx);
}
