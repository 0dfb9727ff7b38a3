// The guard's socket: mode 0660 from its first moment, one guard per path, never TCP.
import { chmodSync, chownSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { ConfigError } from '@astrogate/common';

/**
 * Listens at `path`; the group `gid` may connect. Takes the place of a socket that nobody listens at. Throws ConfigError
 * when another guard does, when something else is there, or when the place cannot be used.
 */
export async function listenAt(server: Server, path: string, gid: number | undefined): Promise<void> {
  await removeStale(path);
  const before = process.umask(0o117);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      // Bound before this returns, under our umask.
      server.listen(path, resolve);
    });
    if (gid !== undefined) chownSync(path, -1, gid);
    chmodSync(path, 0o660);
  } catch (error) {
    if (server.listening) server.close();
    throw new ConfigError(`GUARD_LISTEN cannot be used (${codeOf(error)})`);
  } finally {
    process.umask(before);
  }
}

async function removeStale(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new ConfigError('GUARD_LISTEN is there and is no socket');
  if (await answers(path)) throw new ConfigError('GUARD_LISTEN is held by another guard');
  try {
    unlinkSync(path);
  } catch (error) {
    throw new ConfigError(`GUARD_LISTEN cannot be used (${codeOf(error)})`);
  }
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    return await new Promise<boolean>((resolve, reject) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', (error) => {
        if (codeOf(error) === 'ECONNREFUSED' || codeOf(error) === 'ENOENT') resolve(false);
        else reject(new ConfigError(`GUARD_LISTEN cannot be used (${codeOf(error)})`));
      });
    });
  } finally {
    socket.destroy();
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;
