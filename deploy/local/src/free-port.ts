// Ports of this machine: asked for before anything that takes long is done, or found for a program that cannot choose.
import { type AddressInfo, createServer } from 'node:net';
import { Advice } from './step.js';

/** Throws Advice when nobody may listen on 127.0.0.1:`port` now. */
export async function ensurePortIsFree(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => server.close(() => resolve()));
  }).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code})`;
    throw new Advice(`port ${port} ${why}; choose another one: ASTROGATE_PORT=8081 npm start`);
  });
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
