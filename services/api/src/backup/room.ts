// Whether there is room for an archive before anything is written.
import { statfs } from 'node:fs/promises';
import { AstrogateError } from '@astrogate/proto';
import { sql } from 'kysely';
import type { Db } from '../storage/tables.js';
import { ask } from '../storage/transaction.js';
import { onDisk } from './sealed-file.js';

/** Whatever is written beside it must not find the disk full. */
const spareBytes = 64 * 1024 * 1024;

/** Bytes of tables as the database has them, and of the uploads that jobs wait for. */
export async function sizeOfApp(db: Db): Promise<number> {
  return ask(async () => {
    const { rows } = await sql<{ bytes: string }>`
      select (pg_database_size(current_database()) + coalesce((select sum((upload ->> 'bytes')::bigint)
        from solve_jobs where status in ('queued', 'running')), 0))::text as bytes`.execute(db);
    return Number(rows[0]?.bytes ?? 0);
  });
}

/** Throws `storage_full` unless so many bytes can be written to `directory`. */
export async function needRoom(directory: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory).catch(onDisk);
  const free = bavail * bsize;
  if (free >= bytes + spareBytes) return;
  throw new AstrogateError(
    'storage_full',
    `There is no room: about ${toMB(bytes + spareBytes)} MB are needed, ${toMB(free)} MB are free`,
  );
}

const toMB = (bytes: number) => Math.ceil(bytes / 1e6);
