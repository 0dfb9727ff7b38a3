// A restore's tables: made by the migrations in a schema of their own and filled from an archive that was checked, in one
// transaction. Rows go in as parameters; nothing of an archive is ever a part of a statement.
import { sql } from 'kysely';
import { isAnswer } from '../storage/failure.js';
import { migrations } from '../storage/migrate.js';
import type { Trx } from '../storage/tables.js';
import type { ArchiveMember, CheckedArchive } from './archive.js';
import type { Caps } from './caps.js';
import { columnsOf } from './columns.js';
import { invalid } from './invalid.js';
import { tableMember } from './member-name.js';
import { type PatientDatabase, patientTransaction } from './patient.js';
import { rowBatches } from './row-lines.js';
import { createSchema, noteOf, scratchOf, tablesIn } from './schemas.js';
import { newestLevel } from './snapshot.js';
import { archivedTables } from './table-list.js';

/**
 * Makes the tables of restore `id`, of the newest version, whatever the version of the archive. When they are there
 * already, nothing is done. Members that are not tables are passed over. Throws `backup_invalid` for rows that do not
 * fit, and what the members throw; then there is nothing.
 */
export async function loadScratch(
  database: PatientDatabase,
  id: string,
  { envelope, manifest }: CheckedArchive,
  members: AsyncIterable<ArchiveMember>,
  caps: Caps,
): Promise<void> {
  const schema = scratchOf(id);
  const made = noteOfScratch(envelope.sha256);
  const [before, after] = migrationsAround(manifest.level);
  await patientTransaction(database, async (trx) => {
    const note = await noteOf(trx, schema);
    if (note === made) return;
    if (note !== undefined) throw invalid('another backup is being restored under this id');
    await createSchema(trx, schema, made);
    // Nothing that is not named in full can mean a table that is in use.
    await sql`set local search_path = ${sql.id(schema)}`.execute(trx);
    await migrateUp(trx, before);
    const tables = await expectedTables(trx, schema, manifest.members);
    const wake = await restTriggers(trx, schema);
    const missing = new Set(tables);
    for await (const { name, content } of members) {
      if (name.part !== 'database') continue;
      await fillTable(trx, schema, name.table, content, caps);
      missing.delete(name.table);
    }
    if (missing.size > 0) throw invalid('it has no tables');
    await setSequences(trx, schema);
    await wake();
    await migrateUp(trx, after);
  });
}

/** What of which version a scratch schema holds. */
const noteOfScratch = (sha256: string) => `${sha256} ${newestLevel()}`;

/** Drops the tables of a restore that were not swapped in, or were swapped back. */
export async function discardScratch(database: PatientDatabase, id: string): Promise<void> {
  await patientTransaction(database, async (trx) => {
    await sql`drop schema if exists ${sql.id(scratchOf(id))} cascade`.execute(trx);
  });
}

function migrationsAround(level: string): [string[], string[]] {
  const names = Object.keys(migrations).sort();
  const at = names.indexOf(level);
  if (at < 0) throw invalid('it was made by a newer version of Astrogate');
  return [names.slice(0, at + 1), names.slice(at + 1)];
}

async function migrateUp(trx: Trx, names: readonly string[]): Promise<void> {
  for (const name of names) await migrations[name]?.up(trx);
}

/** The tables of its version that an archive has to have; it has no other. */
async function expectedTables(
  trx: Trx,
  schema: string,
  members: CheckedArchive['manifest']['members'],
): Promise<string[]> {
  const made = new Set(await tablesIn(trx, schema));
  const tables = archivedTables.filter((table) => made.has(table));
  const found = members.flatMap(({ name }) => archivedTables.filter((table) => tableMember(table) === name));
  const extra = found.find((table) => !made.has(table));
  if (extra !== undefined) throw invalid(`${extra} is no table of its version`);
  const missing = tables.find((table) => !found.includes(table));
  if (missing !== undefined) throw invalid(`the table ${missing} is missing`);
  return tables;
}

async function fillTable(
  trx: Trx,
  schema: string,
  table: string,
  content: AsyncIterable<Buffer>,
  caps: Caps,
): Promise<void> {
  const columns = await columnsOf(trx, schema, table);
  const names = sql.join(columns.map(({ name }) => sql.id(name)));
  const into = sql.id(schema, table);
  for await (const { json } of rowBatches(table, columns, content, caps)) {
    try {
      await sql`
        insert into ${into} (${names}) overriding system value
          select ${names} from jsonb_populate_recordset(null::${into}, ${json}::jsonb)`.execute(trx);
    } catch (error) {
      throw isRefusal(error) ? invalid(`rows of ${table} do not fit${reasonOf(error)}`, error) : error;
    }
  }
}

/** Classes of SQLSTATE that speak of the rows: data, constraints, limits, what a trigger or a check raises. */
function isRefusal(error: unknown): error is { code: string; constraint?: unknown } {
  return isAnswer(error) && /^(?:21|22|23|54|P0)/.test(error.code);
}

function reasonOf({ constraint }: { constraint?: unknown }): string {
  return typeof constraint === 'string' ? ` (${constraint})` : '';
}

/** What triggers would add is in the archive, and nobody is to hear of rows that are only put back. */
async function restTriggers(trx: Trx, schema: string): Promise<() => Promise<void>> {
  const { rows } = await sql<{ table: string; name: string; state: string }>`
    select c.relname as "table", t.tgname as name, t.tgenabled::text as state
      from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${schema} and not t.tgisinternal and t.tgenabled <> 'D'`.execute(trx);
  const alter = (table: string, how: string, name: string) =>
    sql`alter table ${sql.id(schema, table)} ${sql.raw(how)} trigger ${sql.id(name)}`.execute(trx);
  for (const { table, name } of rows) await alter(table, 'disable', name);
  return async () => {
    for (const { table, name, state } of rows) await alter(table, waking[state] ?? 'enable', name);
  };
}

const waking: Readonly<Record<string, string>> = { O: 'enable', A: 'enable always', R: 'enable replica' };

/** So that no new row gets the number of one that was put back. */
async function setSequences(trx: Trx, schema: string): Promise<void> {
  for (const { sequence, table, column } of await sequencesOf(trx, schema)) {
    await sql`select setval(${sequence}::regclass,
      (select coalesce(max(${sql.id(column)}), 0) + 1 from ${sql.id(schema, table)}), false)`.execute(trx);
  }
}

interface OwnedSequence {
  /** With its schema, quoted. */
  readonly sequence: string;
  readonly name: string;
  readonly table: string;
  readonly column: string;
}

/** Sequences that belong to columns of tables. */
export async function sequencesOf(trx: Trx, schema: string): Promise<OwnedSequence[]> {
  const { rows } = await sql<OwnedSequence>`
    select format('%I.%I', n.nspname, s.relname) as sequence, s.relname as name, t.relname as "table", a.attname as "column"
      from pg_class s join pg_namespace n on n.oid = s.relnamespace
        join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
        join pg_class t on t.oid = d.refobjid
        join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
      where n.nspname = ${schema} and s.relkind = 'S' order by 1`.execute(trx);
  return rows;
}
