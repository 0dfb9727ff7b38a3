// The guard as a process of its own in front of the engine of the test run.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { places, startService } from '@astrogate/local';
import { testEnvironment } from './config.js';

export interface GuardProcess {
  /** As in DOCKER_HOST. */
  readonly dockerHost: string;
  readonly logFile: string;
  /** SIGTERM; resolves with its exit code. */
  stop(): Promise<number | string>;
}

export async function startGuardProcess(): Promise<GuardProcess> {
  const { dockerHost, sandboxImage } = testEnvironment();
  const home = mkdtempSync(join(tmpdir(), 'astrogate-guard-'));
  chmodSync(home, 0o711);
  const socket = join(home, 'sock');
  const logFile = join(home, 'guard.log');
  const guard = await startService({
    name: 'docker-guard',
    argv: [process.execPath, join(places.root, 'services/docker-guard/dist/main.js')],
    cwd: home,
    logFile,
    env: {
      GUARD_DOCKER_SOCKET: dockerHost.replace('unix://', ''),
      GUARD_LISTEN: socket,
      GUARD_SANDBOX_IMAGE: sandboxImage,
    },
  });
  return {
    dockerHost: `unix://${socket}`,
    logFile,
    async stop() {
      await guard.stop();
      const code = await guard.exited;
      rmSync(home, { recursive: true, force: true });
      return code;
    },
  };
}
