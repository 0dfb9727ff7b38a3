// The embedded database: PGlite, which is PostgreSQL in WebAssembly, in this process, on a directory of its own.
// Its files are written but never synced: it survives the end of the process, not of the machine.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { ConfigError } from '@astrogate/common';
import { PGlite } from '@electric-sql/pglite';
import { dataDir as emptyCluster } from '@electric-sql/pglite-prepopulatedfs';
import { DirectoryInUse, lockDirectory } from './directory-lock.js';

// V8's optimising compiler takes 500 MB and a second for PostgreSQL; its quick one takes 60 MB and makes code that
// needs a millisecond more per query. Nothing else here is WebAssembly.
setFlagsFromString('--no-wasm-tier-up');
setFlagsFromString('--no-wasm-dynamic-tiering');

/** Its default of 128 MB would be most of what a container of 512 MB has left. */
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'];

/** A server does this by itself; here there is one process. It waits for its turn between two queries. */
const tidyEveryMs = 10 * 60_000;

/** Gives back the room of rows that were changed or deleted, and lets the planner know what the tables hold. */
export async function tidy(pglite: PGlite): Promise<void> {
  await pglite.exec('vacuum analyze');
}

export interface EmbeddedDatabase {
  readonly pglite: PGlite;
  close(): Promise<void>;
}

/** Opens the database in `directory`, which is made when it is missing. Throws ConfigError when it cannot be used. */
export async function openEmbedded(directory: string): Promise<EmbeddedDatabase> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const lock = await lockDirectory(directory);
    try {
      const pglite = await openCluster(directory);
      // One that fails is made up for by the next.
      const tidying = setInterval(() => void tidy(pglite).catch(() => {}), tidyEveryMs).unref();
      return {
        pglite,
        async close() {
          clearInterval(tidying);
          if (!pglite.closed) await pglite.close();
          await lock.release();
        },
      };
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = error instanceof DirectoryInUse ? 'another process has it' : (code ?? message);
    throw new ConfigError(`API_STATE_DIR cannot be used (${why})`, { cause: error });
  }
}

/** A database in memory, for tests. */
export function openInMemory(): Promise<PGlite> {
  return emptyCluster().then((loadDataDir) => PGlite.create({ loadDataDir, startParams }));
}

/** Made under another name first, so that a process that is killed meanwhile leaves no half a database. */
async function openCluster(directory: string): Promise<PGlite> {
  const place = join(directory, 'pgdata');
  if (!existsSync(place)) {
    const unfinished = `${place}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    const made = await PGlite.create({ dataDir: unfinished, loadDataDir: await emptyCluster(), startParams });
    await made.close();
    renameSync(unfinished, place);
  }
  return PGlite.create({ dataDir: place, startParams });
}
