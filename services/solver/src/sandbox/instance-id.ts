// The name of this solver across restarts, by which it knows its own leftovers.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@astrogate/common';
import { instanceIdPattern } from '@astrogate/sandbox-spec';

/** Reads the id in `stateDir`, or makes one. Throws ConfigError when it cannot be kept or is not an id. */
export function readInstanceId(stateDir: string): string {
  const path = join(stateDir, 'instance-id');
  const id = readOrMake(stateDir, path).trim();
  if (!instanceIdPattern.test(id)) throw new ConfigError(`${path} does not hold an instance id`);
  return id;
}

function readOrMake(stateDir: string, path: string): string {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    if (!existsSync(path)) writeFileSync(path, `${randomBytes(16).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`SOLVER_STATE_DIR cannot be used (${(error as NodeJS.ErrnoException).code})`);
  }
}
