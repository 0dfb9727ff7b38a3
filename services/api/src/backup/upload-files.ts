// Uploads that jobs wait for, into an archive and back.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AstrogateError } from '@astrogate/proto';
import { sql } from 'kysely';
import type { Spool } from '../spool/spool.js';
import type { Uploads } from '../spool/uploads.js';
import type { Trx } from '../storage/tables.js';
import type { ArchiveMember } from './archive.js';
import { writeArchiveFile } from './archive-file.js';
import { fileMember, parseMemberName } from './member-name.js';
import type { Member } from './pack.js';
import type { SnapshotUpload } from './snapshot.js';

/** Uploads of the jobs that have not ended. */
export async function waitingUploads(trx: Trx): Promise<SnapshotUpload[]> {
  const { rows } = await sql<{ key: string; bytes: number }>`
    select upload ->> 'key' as key, (upload ->> 'bytes')::int as bytes
      from solve_jobs where status in ('queued', 'running')`.execute(trx);
  return rows.filter(({ key }) => parseMemberName(fileMember(key)) !== undefined);
}

/** One that is gone has a job that has ended meanwhile, and is passed over. */
export async function* uploadMembers(uploads: Uploads, waiting: readonly SnapshotUpload[]): AsyncGenerator<Member> {
  for (const { key, bytes } of waiting) {
    const stream = await uploads.open(key).catch((error) => {
      if ((error as AstrogateError).code === 'upload_lost') return undefined;
      throw error;
    });
    if (stream) yield { name: fileMember(key), bytes, read: () => stream };
  }
}

/**
 * Keeps the uploads of an archive that was checked, under the keys that they had; one that is there is left as it is.
 * No job knows them until the tables are swapped: without one they are removed like what any dead api leaves.
 */
export async function restoreUploads(
  members: AsyncIterable<ArchiveMember>,
  spool: Spool,
  uploads: Uploads,
): Promise<number> {
  let count = 0;
  for await (const { name, bytes, content } of members) {
    if (name.part !== 'files' || (await isKept(uploads, name.key))) continue;
    const path = join(spool.dir, name.key);
    await rm(path, { force: true });
    const { sha256 } = await writeArchiveFile(path, `${path}.new`, content, bytes);
    await uploads.keep({ path, bytes, sha256: Buffer.from(sha256, 'hex'), format: 'IMAGE_FORMAT_FITS' });
    count++;
  }
  return count;
}

async function isKept(uploads: Uploads, key: string): Promise<boolean> {
  try {
    (await uploads.open(key)).destroy();
    return true;
  } catch (error) {
    if (error instanceof AstrogateError && error.code === 'upload_lost') return false;
    throw error;
  }
}
