// A temporary file that only this process can read: what a backup holds must not lie on the disk in clear, and its length
// must be known before it goes into an archive. Its key is random and never leaves memory.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AstrogateError } from '@astrogate/proto';
import { newId } from '../new-id.js';

const algorithm = 'aes-256-ctr';

export interface SealedFile {
  readonly bytes: number;
  /** Of what was written, in hex. */
  readonly sha256: string;
  read(): AsyncIterable<Buffer>;
  remove(): Promise<void>;
}

/** Throws `storage_full`, `storage_unavailable`, and what `source` throws; then nothing is left. */
export async function writeSealed(
  directory: string,
  source: AsyncIterable<Buffer>,
  signal?: AbortSignal,
): Promise<SealedFile> {
  const path = join(directory, `${newId()}.part`);
  const [key, iv] = [randomBytes(32), randomBytes(16)];
  const cipher = createCipheriv(algorithm, key, iv);
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o600).catch(onDisk);
  try {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      hash.update(chunk);
      bytes += chunk.length;
      await file.writeFile(cipher.update(chunk)).catch(onDisk);
    }
    await file.close();
  } catch (error) {
    await file.close().catch(() => {});
    await rm(path, { force: true });
    throw error;
  }
  return {
    bytes,
    sha256: hash.digest('hex'),
    async *read() {
      const decipher = createDecipheriv(algorithm, key, iv);
      for await (const chunk of createReadStream(path)) yield decipher.update(chunk as Buffer);
    },
    remove: () => rm(path, { force: true }),
  };
}

/** What a failure of the disk means. */
export function onDisk(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  throw isFull
    ? new AstrogateError('storage_full', 'There is no room for the backup', { cause: error })
    : AstrogateError.from(error, 'storage_unavailable');
}
