// A stack of its own for a soak, on an engine of its own that may be killed.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DockerCli, startStack } from '@astrogate/local';
import { type SecondEngine, startSecondEngine } from '../second-engine.js';
import { temporaryDirectories } from '../test-stack.js';
import type { Watched } from './rest.js';

export interface SoakStack extends Watched, AsyncDisposable {
  engine: SecondEngine;
  apiLog: string;
}

/** `source` has the image, which is copied. Needs root and dockerd. Disposing stops and removes everything. */
export async function startSoakStack(source: DockerCli, image: string): Promise<SoakStack> {
  const { home, ...directories } = temporaryDirectories();
  const removeHome = () => rmSync(home, { recursive: true, force: true });
  const engine = await startSecondEngine(source, image).catch((error) => {
    removeHome();
    throw error;
  });
  try {
    const stack = await startStack({
      ...{ dockerHost: engine.cli.host, sandboxImage: image, apiPort: 0, directories },
      // An interrupted soak does not wait for its queue.
      apiEnv: { API_GRACE_SECONDS: '1' },
      solverEnv: { SOLVER_GRACE_SECONDS: '1' },
    });
    return {
      ...{ stack, engine, cli: engine.cli },
      spoolDirectory: join(directories.api, 'spool'),
      apiLog: join(directories.logs, 'api.log'),
      async [Symbol.asyncDispose]() {
        await stack.stop();
        await engine.end();
        removeHome();
      },
    };
  } catch (error) {
    await engine.end();
    removeHome();
    throw error;
  }
}
