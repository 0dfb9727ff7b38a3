// Writes one upload to a spool file as it comes: hashes, counts and looks at the first bytes on the way. Never holds
// more of it than one chunk.
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { AstrogateError, type ImageFormat } from '@astrogate/proto';
import { sniffBytes, sniffFormat } from '../http/sniff.js';
import { chunkDone } from './collect-chunks.js';
import { type Spool, storageError } from './spool.js';

export interface SpooledUpload {
  /** Path of the spool file. */
  readonly path: string;
  readonly bytes: number;
  /** 32 bytes. */
  readonly sha256: Buffer;
  readonly format: ImageFormat;
}

/**
 * Writes `source` to a new spool file. Throws `unsupported_format` as soon as the first bytes tell, `upload_too_large`
 * as soon as `maxBytes` is passed, `invalid_upload` for 0 bytes, `storage_full`; then nothing of it is left.
 */
export async function writeUpload(
  spool: Spool,
  source: Readable,
  limits: { maxBytes: number; expectedBytes: number },
): Promise<SpooledUpload> {
  const { path, handle, release } = await spool.create(limits.expectedBytes);
  try {
    const written = await copy(source, handle, limits.maxBytes);
    await handle.close();
    return { path, ...written };
  } catch (error) {
    await handle.close().catch(() => undefined);
    await spool.remove(path);
    throw error;
  } finally {
    release();
  }
}

async function copy(source: Readable, handle: FileHandle, maxBytes: number) {
  const hash = createHash('sha256');
  let bytes = 0;
  let head: Buffer = Buffer.alloc(0);
  let format: ImageFormat | undefined;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new AstrogateError('upload_too_large', `The upload is larger than ${maxBytes} bytes`);
    if (!format) {
      head = Buffer.concat([head, chunk.subarray(0, sniffBytes)]);
      format = sniffFormat(head);
      if (!format && head.length >= sniffBytes) throw new AstrogateError('unsupported_format');
    }
    hash.update(chunk);
    await handle.writeFile(chunk).catch((error) => {
      throw storageError(error);
    });
    chunkDone(chunk.length);
  }
  if (bytes === 0) throw new AstrogateError('invalid_upload', 'The uploaded file has 0 bytes');
  if (!format) throw new AstrogateError('unsupported_format');
  return { bytes, sha256: hash.digest(), format };
}
