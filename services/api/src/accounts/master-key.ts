// The key under which the database's secrets are sealed: a file of its own, never in the database. Several apis on one
// database share it.
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '@astrogate/common';

/**
 * The 32 bytes of the file `path`, which is made when it is missing. Throws ConfigError when it cannot be read or
 * written, holds no key, or others may read it.
 */
export function readMasterKey(path: string): Buffer {
  try {
    makeIfMissing(path);
    if ((statSync(path).mode & 0o077) !== 0) throw new ConfigError(`API_MASTER_KEY_FILE must have mode 0600: ${path}`);
    const text = readFileSync(path, 'utf8').trim();
    if (!/^[0-9a-f]{64}$/.test(text)) throw new ConfigError('API_MASTER_KEY_FILE holds no key of 64 hex digits');
    return Buffer.from(text, 'hex');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`API_MASTER_KEY_FILE cannot be used (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}

/** Written under another name first: of several processes one wins, and none reads half a key. */
function makeIfMissing(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const own = `${path}.${randomBytes(8).toString('hex')}`;
  writeFileSync(own, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
}
