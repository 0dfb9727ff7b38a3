// Ports of this machine: asked for before anything that takes long is done, or found for a program that cannot choose.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { Advice } from './step.js';

/** Throws Advice when nobody may listen on 127.0.0.1:`port` now. */
export async function ensurePortIsFree(port: number): Promise<void> {
  await listenOnce(port).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code})`;
    throw new Advice(`port ${port} ${why}; choose another one: ASTROGATE_PORT=8081 npm start`);
  });
}

/** Linux takes ports from 32768 on for connections: one of those may be taken before somebody listens on it. */
const [lowest, beyond] = [20_000, 32_768];

/** A port of 127.0.0.1 that was free a moment ago, and that no connection takes. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, beyond);
    try {
      await listenOnce(port);
      return port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

async function listenOnce(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  await new Promise((resolve) => server.close(resolve));
}
