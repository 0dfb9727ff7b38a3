// Puts the tables of a restore in the place of those in use, and back: one transaction each. Connections that are open
// go on; they find the other tables at their next statement.
import { AstrogateError } from '@astrogate/proto';
import { sql } from 'kysely';
import { isAnswer, isCollision, storageFailure } from '../storage/failure.js';
import type { Trx } from '../storage/tables.js';
import { type PatientDatabase, withPatientDb } from './patient.js';
import { asideOf, createSchema, liveSchema, moveTables, noteOf, scratchOf, tablesIn } from './schemas.js';
import { sequencesOf } from './scratch.js';
import { newestLevel } from './snapshot.js';
import { replacedTables } from './table-list.js';

/** Called when the tables are in their new places: `aside` is the schema of those that were in use until now. */
export type Settle = (trx: Trx, aside: string) => Promise<void>;

/** Longer than any transaction of a request; whoever needs the tables waits as long. */
const lockMs = 5_000;
/** Of swaps that got into a deadlock with requests. */
const mostTries = 3;

/**
 * Swaps in the tables that `loadScratch` has made, and keeps the others aside. Done already, it does nothing. Throws
 * `storage_unavailable` when the tables are in use for too long; then nothing has changed.
 */
export async function swap(database: PatientDatabase, id: string, settle: Settle): Promise<void> {
  const [scratch, aside] = [scratchOf(id), asideOf(id)];
  await exclusively(database, async (trx) => {
    if ((await noteOf(trx, aside)) !== undefined) return;
    if (!(await noteOf(trx, scratch))?.endsWith(` ${newestLevel()}`))
      throw new AstrogateError('internal', 'there are no tables of this version to swap in');
    const live = await liveSchema(trx);
    await lock(trx, live, replacedTables);
    await createSchema(trx, aside, newestLevel());
    await keepAhead(trx, live, scratch, replacedTables);
    await moveTables(trx, replacedTables, live, aside);
    await moveTables(trx, replacedTables, scratch, live);
    await dropRest(trx, scratch);
    await settle(trx, aside);
  });
}

/** Puts back what `swap` has put aside; what was swapped in goes back into the scratch schema. Like `swap` otherwise. */
export async function swapBack(database: PatientDatabase, id: string, settle: Settle): Promise<void> {
  const [scratch, aside] = [scratchOf(id), asideOf(id)];
  await exclusively(database, async (trx) => {
    const level = await noteOf(trx, aside);
    if (level === undefined) return;
    if (level !== newestLevel()) throw new AstrogateError('internal', 'the tables aside are of another version');
    const live = await liveSchema(trx);
    const tables = replacedTables.filter(among(await tablesIn(trx, aside)));
    await lock(trx, live, tables);
    await createSchema(trx, scratch, 'swapped back');
    await keepAhead(trx, live, aside, tables);
    await moveTables(trx, tables, live, scratch);
    await moveTables(trx, tables, aside, live);
    await sql`drop schema ${sql.id(aside)}`.execute(trx);
    await settle(trx, scratch);
  });
}

/** Drops what `swap` has put aside: from then on there is no way back. */
export async function forgetAside(database: PatientDatabase, id: string): Promise<void> {
  await exclusively(database, async (trx) => {
    await sql`drop schema if exists ${sql.id(asideOf(id))} cascade`.execute(trx);
  });
}

async function exclusively(database: PatientDatabase, act: (trx: Trx) => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await withPatientDb(database, (db) =>
        db.transaction().execute(async (trx) => {
          await sql`set local lock_timeout = ${sql.lit(lockMs)}`.execute(trx);
          await act(trx);
        }),
      );
    } catch (error) {
      if (isAnswer(error) && error.code === '55P03')
        throw new AstrogateError('storage_unavailable', `The tables were in use for ${lockMs / 1000} s`, {
          cause: error,
        });
      if (!isCollision(error) || tries === mostTries) throw storageFailure(error);
    }
  }
}

async function lock(trx: Trx, schema: string, tables: readonly string[]): Promise<void> {
  const names = sql.join(tables.map((table) => sql.id(schema, table)));
  await sql`lock table ${names} in access exclusive mode`.execute(trx);
}

/** Whoever follows a sequence's numbers never sees them go back. */
async function keepAhead(trx: Trx, live: string, coming: string, tables: readonly string[]): Promise<void> {
  const inUse = await sequencesOf(trx, live);
  for (const { sequence, name } of (await sequencesOf(trx, coming)).filter(({ table }) => tables.includes(table))) {
    const current = inUse.find((candidate) => candidate.name === name);
    if (!current) continue;
    await sql`select setval(${sequence}::regclass, greatest(
      (select last_value from ${sql.raw(sequence)}), (select last_value + 1 from ${sql.raw(current.sequence)})), false)`.execute(
      trx,
    );
  }
}

/** Tables that stay where they were, and functions of theirs. Fails rather than to take anything along. */
async function dropRest(trx: Trx, scratch: string): Promise<void> {
  for (const table of await tablesIn(trx, scratch)) await sql`drop table ${sql.id(scratch, table)}`.execute(trx);
  const { rows } = await sql<{ name: string }>`
    select format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as name
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = ${scratch}`.execute(trx);
  for (const { name } of rows) await sql`drop function ${sql.raw(name)}`.execute(trx);
  await sql`drop schema ${sql.id(scratch)}`.execute(trx);
}

const among = (names: readonly string[]) => (name: string) => names.includes(name);
