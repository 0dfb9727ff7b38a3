// Whether there is room for a safety backup before anything depends on it.
import { stat, statfs } from 'node:fs/promises';
import { AstrogateError } from '@astrogate/proto';
import { sql } from 'kysely';
import { onDisk } from '../../backup/sealed-file.js';
import { archivedTables } from '../../backup/table-list.js';
import type { Db } from '../../storage/tables.js';
import { ask } from '../../storage/transaction.js';

/** For the archive's own lists, and what is written meanwhile. */
const spareBytes = 16 * 1024 * 1024;

/** Bytes that a backup of tables and uploads takes at most: as rows in text it is about as large as on the disk. */
export async function backupBytes(db: Db, uploadBytes: number): Promise<number> {
  return ask(async () => {
    const sizes = archivedTables.map((table) => sql`pg_total_relation_size(${table}::regclass)`);
    const { rows } = await sql<{ bytes: string | number }>`select ${sql.join(sizes, sql` + `)} as bytes`.execute(db);
    return Number(rows[0]?.bytes) + uploadBytes + spareBytes;
  });
}

/**
 * Throws `storage_full` when one of the directories has no room for so many bytes; those on one file system need it
 * together. Throws `storage_unavailable` when one is not there.
 */
export async function needRoom(bytes: number, directories: readonly string[]): Promise<void> {
  const needed = new Map<number, { path: string; bytes: number }>();
  for (const path of directories) {
    const { dev } = await stat(path).catch(onDisk);
    needed.set(dev, { path, bytes: (needed.get(dev)?.bytes ?? 0) + bytes });
  }
  for (const { path, bytes: wanted } of needed.values()) {
    const { bavail, bsize } = await statfs(path).catch(onDisk);
    if (bavail * bsize < wanted)
      throw new AstrogateError(
        'storage_full',
        `A safety backup may need ${toMiB(wanted)}, and ${toMiB(bavail * bsize)} are free`,
      );
  }
}

const toMiB = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
