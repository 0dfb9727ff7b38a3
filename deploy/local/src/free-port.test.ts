import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { ensurePortIsFree, freePort } from './free-port.js';

test('a port that is taken is told with what to do, a free one passes', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await expect(ensurePortIsFree(port)).rejects.toThrow(`port ${port} is taken; choose another one: ASTROGATE_PORT=`);
  await new Promise((resolve) => server.close(resolve));
  await ensurePortIsFree(port);
});

test('a free port is one that no connection is given', async () => {
  const port = await freePort();
  await ensurePortIsFree(port);
  expect(port).toBeLessThan(32_768);
});
