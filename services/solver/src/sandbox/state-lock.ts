// Keeps a second solver out of a state directory. Two with the same instance id would each take the other's sandboxes
// for leftovers and remove them. The lock is a listening socket, so that it ends with its process, however that ends.
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { ConfigError } from '@astrogate/common';

const name = 'lock';

/** Holds `stateDir`, which exists, until disposed. Throws ConfigError when another solver holds it or it is no use. */
export async function lockStateDir(stateDir: string): Promise<AsyncDisposable> {
  const directory = openSync(stateDir, 'r');
  // A socket's path may have 107 bytes, a directory's more.
  const path = join(process.platform === 'linux' ? `/proc/self/fd/${directory}` : stateDir, name);
  try {
    const server = await take(path);
    return {
      async [Symbol.asyncDispose]() {
        if (!server.listening) return;
        await new Promise((resolve) => server.close(resolve));
        closeSync(directory);
      },
    };
  } catch (error) {
    closeSync(directory);
    throw error;
  }
}

async function take(path: string): Promise<Server> {
  try {
    return await listen(path);
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw unusable(error);
  }
  if (await isHeld(path)) throw new ConfigError('SOLVER_STATE_DIR is held by another solver');
  try {
    // Left by one that was killed.
    unlinkSync(path);
    return await listen(path);
  } catch (error) {
    throw unusable(error);
  }
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return server;
}

async function isHeld(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    return await new Promise<boolean>((resolve, reject) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', (error) => (isStale(error) ? resolve(false) : reject(unusable(error))));
    });
  } finally {
    socket.destroy();
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;
const isStale = (error: unknown) => codeOf(error) === 'ECONNREFUSED' || codeOf(error) === 'ENOENT';
const unusable = (error: unknown) => new ConfigError(`SOLVER_STATE_DIR cannot be used (${codeOf(error)})`);
