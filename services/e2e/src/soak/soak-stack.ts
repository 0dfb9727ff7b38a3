// A stack of its own for a soak, on an engine and a PostgreSQL server of its own, all of which may be killed.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DockerCli, type PostgresServer, startPostgres, startStack } from '@astrogate/local';
import { type SecondEngine, startSecondEngine } from '../second-engine.js';
import { temporaryDirectories } from '../test-stack.js';
import type { Watched } from './rest.js';
import { noteEnds, readEnds } from './soak-ends.js';

export interface SoakStack extends Watched, AsyncDisposable {
  engine: SecondEngine;
  database: PostgresServer;
  /** How often an end was recorded for each job, deleted ones too. The api must have stopped. */
  ends(): Promise<ReadonlyMap<string, number>>;
}

/**
 * `source` has the image, which is copied; `postgresBin` has the programs of PostgreSQL. Needs root and dockerd. Disposing
 * stops and removes everything.
 */
export async function startSoakStack(source: DockerCli, image: string, postgresBin: string): Promise<SoakStack> {
  const { home, ...directories } = temporaryDirectories();
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rmSync(home, { recursive: true, force: true }));
  const engine = await startSecondEngine(source, image);
  undo.defer(() => engine.end());
  const database = await startPostgres(postgresBin);
  undo.defer(() => database.end());
  await noteEnds(database.url);
  const stack = await startStack({
    ...{ dockerHost: engine.cli.host, sandboxImage: image, apiPort: 0, directories },
    // An interrupted soak does not wait for its queue.
    apiEnv: { API_GRACE_SECONDS: '1', DATABASE_URL: database.url },
    solverEnv: { SOLVER_GRACE_SECONDS: '1' },
  });
  undo.defer(() => stack.stop());
  const all = undo.move();
  return {
    ...{ stack, engine, database, cli: engine.cli },
    spoolDirectory: join(directories.api, 'spool'),
    ends: () => readEnds(database.url),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
