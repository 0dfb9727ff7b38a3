// Writes an archive to a file that appears whole or not at all, and only for its owner.
import { createHash } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { invalid } from './invalid.js';
import { onDisk } from './sealed-file.js';

/** `unfinished` is a path in the same directory that nobody else uses. Throws as `BackupStore.put`. */
export async function writeArchiveFile(
  path: string,
  unfinished: string,
  archive: AsyncIterable<Buffer>,
  mostBytes: number,
): Promise<{ bytes: number; sha256: string }> {
  const file = await open(unfinished, 'wx', 0o600).catch(onDisk);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of archive) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw invalid('it is too large');
      hash.update(chunk);
      await file.writeFile(chunk).catch(onDisk);
    }
    await file.sync().catch(onDisk);
    // Unlike a rename, it takes nobody's place.
    await link(unfinished, path).catch((error) => {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? invalid('there is one with its id already') : error;
    });
    await syncDirectory(dirname(path));
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    await file.close().catch(() => {});
    await rm(unfinished, { force: true });
  }
}

/** So that the name outlives a power cut, too. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(onDisk);
  try {
    await directory.sync().catch(onDisk);
  } finally {
    await directory.close();
  }
}
