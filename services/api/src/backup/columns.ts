// What a table looks like in the database, and whether a row from an archive fits it.
import { sql } from 'kysely';
import type { Trx } from '../storage/tables.js';
import { invalid } from './invalid.js';

export interface Column {
  readonly name: string;
  /** As PostgreSQL writes it, such as "timestamp with time zone". */
  readonly type: string;
}

/** Those that can be written, in their order; empty when there is no such table. */
export async function columnsOf(trx: Trx, schema: string, table: string): Promise<Column[]> {
  const { rows } = await sql<Column>`
    select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.relname = ${table} and c.relkind = 'r'
        and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      order by a.attnum`.execute(trx);
  return rows;
}

/** What JSON a column's value is; what is in no row of this table is a text. The database checks the rest. */
const fits: Readonly<Record<string, (value: unknown) => boolean>> = {
  json: () => true,
  jsonb: () => true,
  boolean: (value) => typeof value === 'boolean',
  smallint: (value) => typeof value === 'number',
  integer: (value) => typeof value === 'number',
  bigint: (value) => typeof value === 'number',
  real: (value) => typeof value === 'number',
  'double precision': (value) => typeof value === 'number',
  numeric: (value) => typeof value === 'number',
};
const isText = (value: unknown) => typeof value === 'string';

/** Throws `backup_invalid` unless `row` has exactly these columns, and values of their kinds. Pure. */
export function checkRow(table: string, columns: readonly Column[], row: unknown): void {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw invalid(`a row of ${table} is not an object`);
  const values = row as Record<string, unknown>;
  for (const { name, type } of columns) {
    if (!Object.hasOwn(values, name)) throw invalid(`a row of ${table} has no ${name}`);
    const value = values[name];
    const isRight = value === null || (fits[type] ?? isText)(value);
    if (!isRight) throw invalid(`a row of ${table} has something else than ${type} in ${name}`);
  }
  if (Object.keys(values).length !== columns.length) throw invalid(`a row of ${table} has a column that is not known`);
}
