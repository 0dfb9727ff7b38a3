// The secret that your jobs are listed by. It lies in a file of yours and goes to no server as it is: each server gets
// another one made from it, so that none can list your jobs at another.
import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ownerFileFromEnvironment } from '../config.js';
import { UsageFailure } from '../failure.js';

/** For this server; undefined when there is no secret and none can be kept: jobs can be made all the same. */
export function ownerOf(server: string): string | undefined {
  try {
    return demandOwner(server);
  } catch {
    return undefined;
  }
}

/** For this server, 64 hex digits. Throws UsageFailure and ConfigError. */
export function demandOwner(server: string): string {
  const secret = readSecret(ownerFileFromEnvironment());
  return createHmac('sha256', secret).update(new URL(server).origin).digest('hex');
}

/** Made with the first need. Of two processes that make it at once, both read what the first has written. */
function readSecret(path: string): string {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new UsageFailure(`${path} cannot be written (${code})`, { cause: error });
  }
  try {
    const secret = readFileSync(path, 'utf8').trim();
    if (secret.length >= 32) return secret;
  } catch (error) {
    throw new UsageFailure(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
  throw new UsageFailure(`${path} holds no secret of 32 characters or more; remove it to get a new one`);
}
