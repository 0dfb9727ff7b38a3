// One consistent picture of the tables that are backed up: a repeatable-read, read-only transaction, a cursor, and rows
// that go one by one into temporary files. On the embedded database everything else waits meanwhile.
import { sql } from 'kysely';
import { migrations } from '../storage/migrate.js';
import type { Trx } from '../storage/tables.js';
import { tableMember } from './member-name.js';
import type { Member } from './pack.js';
import { type PatientDatabase, patientTransaction } from './patient.js';
import { type SealedFile, writeSealed } from './sealed-file.js';
import { archivedTables } from './table-list.js';

export interface Snapshot {
  /** The last migration of the tables. */
  readonly level: string;
  readonly members: readonly Member[];
  /** Uploads that jobs of the snapshot wait for: their keys and bytes. */
  readonly uploads: readonly SnapshotUpload[];
  remove(): Promise<void>;
}

export interface SnapshotUpload {
  readonly key: string;
  readonly bytes: number;
}

const rowsAtOnce = 500;

/** `directory` is for temporary files, which nobody can read. Throws `storage_unavailable`, `storage_full`. */
export async function takeSnapshot(
  database: PatientDatabase,
  directory: string,
  readUploads: (trx: Trx) => Promise<readonly SnapshotUpload[]> = async () => [],
  signal?: AbortSignal,
): Promise<Snapshot> {
  const files: SealedFile[] = [];
  const remove = async () => void (await Promise.all(files.map((file) => file.remove())));
  try {
    return await patientTransaction(
      database,
      async (trx) => {
        // Times are written as they are read elsewhere.
        await sql`set local timezone = 'UTC'`.execute(trx);
        const members: Member[] = [];
        for (const table of archivedTables) {
          const counter = { rows: 0 };
          const file = await writeSealed(directory, rowsOf(trx, table, counter), signal);
          files.push(file);
          members.push({ name: tableMember(table), bytes: file.bytes, rows: counter.rows, read: () => file.read() });
        }
        return { level: newestLevel(), members, uploads: await readUploads(trx), remove };
      },
      (db) => db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only'),
    );
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The last migration that this program knows; an api has made it before it does anything else. */
export function newestLevel(): string {
  return Object.keys(migrations).sort().at(-1) as string;
}

async function* rowsOf(trx: Trx, table: string, counter: { rows: number }): AsyncGenerator<Buffer> {
  await sql`declare backup_rows no scroll cursor for select to_json(t)::text as line from ${sql.table(table)} t`.execute(
    trx,
  );
  for (;;) {
    const { rows } = await sql<{ line: string }>`fetch ${sql.lit(rowsAtOnce)} from backup_rows`.execute(trx);
    if (rows.length === 0) break;
    counter.rows += rows.length;
    yield Buffer.from(rows.map(({ line }) => `${line}\n`).join(''));
  }
  await sql`close backup_rows`.execute(trx);
}
