// Whether bytes are a whole snapshot of Vault: gzip around a tar that ends with the sealed hashes. Vault answers 200
// before it makes the snapshot, so one that it could not finish looks like a finished one to HTTP.
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { AstrogateError, type ErrorCode } from '@astrogate/proto';
import { tarMembers } from './tar-members.js';

/** What Vault puts into a snapshot; the last one comes last. */
const needed = ['meta.json', 'state.bin', 'SHA256SUMS', 'SHA256SUMS.sealed'];

/**
 * The same bytes; the last of them is followed by the check. Throws AstrogateError `code` where the bytes are no whole
 * snapshot, and what `source` throws.
 */
export async function* checked(source: AsyncIterable<Buffer>, code: ErrorCode): AsyncGenerator<Buffer, void, void> {
  const gunzip = createGunzip();
  const found = new Set<string>();
  let fault: unknown;
  const fail = (error: unknown) => {
    fault ??= error;
    gunzip.destroy();
  };
  const read = tarMembers((name, bytes) => bytes > 0 && found.add(name));
  gunzip.on('data', (bytes: Buffer) => {
    try {
      read(bytes);
    } catch (error) {
      fail(error);
    }
  });
  gunzip.on('error', fail);
  // A write that fails is never called back; the stream closes instead.
  let settle = () => {};
  gunzip.once('close', () => settle());
  try {
    for await (const chunk of source) {
      await new Promise<void>((resolve) => {
        settle = resolve;
        gunzip.write(chunk, () => resolve());
      });
      if (fault !== undefined) break;
      yield chunk;
    }
    if (fault === undefined) await finished(gunzip.end()).catch(fail);
  } finally {
    gunzip.destroy();
  }
  const missing = needed.find((name) => !found.has(name));
  if (fault !== undefined || missing !== undefined) {
    const cause = fault ?? new Error(`no ${missing} in it`);
    throw new AstrogateError(code, 'This is no whole snapshot of Vault', { cause });
  }
}
