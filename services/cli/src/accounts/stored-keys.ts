// The API key for a server: from the file that the environment names, whatever server it is, or as `astrogate login` has
// kept it; such a key goes to no other server than the one it was made for.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { apiKeyFilesFromEnvironment } from '../config.js';
import { UsageFailure } from '../failure.js';

/** Undefined: there is none. Throws UsageFailure for a file that is named and cannot be read, and ConfigError. */
export function keyFor(server: string): string | undefined {
  const { given, kept } = apiKeyFilesFromEnvironment();
  if (given === '') return readKept(kept)[originOf(server)];
  try {
    return readFileSync(given, 'utf8').trim();
  } catch (error) {
    throw new UsageFailure(`ASTROGATE_API_KEY_FILE cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}

/** Keeps the key of a server in a file that only its owner may read; returns the file. Throws UsageFailure. */
export function keepKey(server: string, key: string): string {
  const { kept } = apiKeyFilesFromEnvironment();
  const own = `${kept}.${process.pid}`;
  try {
    mkdirSync(dirname(kept), { recursive: true, mode: 0o700 });
    const keys = { ...readKept(kept), [originOf(server)]: key };
    writeFileSync(own, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
    renameSync(own, kept);
    return kept;
  } catch (error) {
    throw new UsageFailure(`${kept} cannot be written (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}

function originOf(server: string): string {
  return new URL(server).origin;
}

function readKept(path: string): Record<string, string> {
  try {
    const keys: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof keys === 'object' && keys !== null ? (keys as Record<string, string>) : {};
  } catch {
    return {};
  }
}
