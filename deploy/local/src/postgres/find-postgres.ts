// The PostgreSQL server programs of this machine, which Debian keeps off the PATH.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureProgram } from '../engine/install.js';
import { Advice } from '../step.js';

const versions = '/usr/lib/postgresql';

/** Directory of `initdb` and `postgres`, of the newest version; undefined when there is none. */
export function findPostgres(): string | undefined {
  if (!existsSync(versions)) return undefined;
  const newestFirst = readdirSync(versions).sort((a, b) => Number(b) - Number(a));
  return newestFirst
    .map((version) => join(versions, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')));
}

/** The same, installed from Debian where that is allowed. Throws Advice where it is missing and stays so. */
export async function ensurePostgres(mayInstall: boolean): Promise<string> {
  const found = findPostgres();
  if (found !== undefined) return found;
  await ensureProgram('postgres', 'postgresql', mayInstall);
  const installed = findPostgres();
  if (installed === undefined) throw new Advice(`no PostgreSQL server was found in ${versions}`);
  return installed;
}
