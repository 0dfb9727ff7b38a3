// One process at a time for a directory. The lock is a listening socket: the kernel lets go of it with the process,
// however that ends, and a process in another container that has the same directory meets it too.
import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join, relative } from 'node:path';

/** Room in sockaddr_un on Linux; other systems have a little less. */
const longestPath = 103;

/** Far longer than a process takes from meeting a dead socket to removing it. */
const settleMs = 100;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export class DirectoryInUse extends Error {
  override name = 'DirectoryInUse';
}

/** Takes the directory. Throws DirectoryInUse while another process has it, and an Error for a path that is too long. */
export async function lockDirectory(directory: string): Promise<{ release(): Promise<void> }> {
  const path = shortest(join(directory, 'lock'));
  for (;;) {
    const server = await tryListen(path);
    if (server) {
      // Two processes may have met the same dead socket, and the slower one has removed what the quicker one made.
      await pause(settleMs);
      // Closing ours would remove the other one's socket; it goes with this process.
      if (!(await leadsTo(path, server))) throw new DirectoryInUse('another process has it');
      return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    }
    if (await answers(path)) throw new DirectoryInUse('another process has it');
    rmSync(path, { force: true });
  }
}

function shortest(path: string): string {
  const found = [path, relative(process.cwd(), path)].find((candidate) => Buffer.byteLength(candidate) <= longestPath);
  if (found === undefined) throw new Error(`its path is longer than ${longestPath - '/lock'.length} bytes`);
  return found;
}

/** Undefined when something lies at `path` already. */
function tryListen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => resolve(server.unref()));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function leadsTo(path: string, server: Server): Promise<boolean> {
  const met = new Promise<boolean>((resolve) => server.once('connection', () => resolve(true)));
  if (!(await answers(path))) return false;
  return Promise.race([met, pause(settleMs).then(() => false)]);
}
