// Opens one level of gzip into a file, and stops a bomb at a size.
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { JobFailure, unreadable } from '../failure.js';

/** Room for 64-bit samples of every pixel and a header; the scratch file system is the other bound. */
const bytesPerPixel = 8;
const headerBytes = 1 << 20;
/** Below the 256 MiB of the scratch file system. */
const scratchBytes = 240 * 2 ** 20;

/** Writes the content of the gzip file `from` to `to`. Throws image_too_large at the cap, image_unreadable on damage. */
export async function gunzip(from: string, to: string, maxPixels: number, signal: AbortSignal): Promise<void> {
  const cap = Math.min(maxPixels * bytesPerPixel + headerBytes, scratchBytes);
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > cap) done(new JobFailure('image_too_large', `the gzip content has more than ${cap} bytes`));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(createReadStream(from), createGunzip(), meter, createWriteStream(to), { signal });
  } catch (error) {
    if (error instanceof JobFailure) throw error;
    if (signal.aborted) throw signal.reason;
    throw unreadable('the gzip data is damaged or ends early', { cause: error });
  }
}
