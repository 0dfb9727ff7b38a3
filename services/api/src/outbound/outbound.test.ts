import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createOutbound, publicOutbound } from './outbound.js';
import { publicPolicy } from './policy.js';

const limits = { maxBytes: 1000, timeoutMs: 20_000 };
let server: Server;
let port: number;
let connections: number;

beforeEach(async () => {
  connections = 0;
  server = createServer((_request, response) => response.end());
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterEach(async () => {
  expect(connections).toBe(0);
  await new Promise((resolve) => server.close(resolve));
});

test.each(['http://hooks.example/a?b=c', 'https://hooks.example:443/', 'http://1.1.1.1/', 'https://[2606:4700::1]/'])(
  '%s may be asked for',
  (url) => {
    publicOutbound.check(url);
  },
);

test.each([
  ['http://localhost/', 'refused_address'],
  ['http://LOCALHOST./', 'refused_address'],
  ['https://a.localhost/', 'refused_address'],
  ['http://127.0.0.1/', 'refused_address'],
  ['http://2130706433/', 'refused_address'],
  ['http://0x7f.1/', 'refused_address'],
  ['http://[::ffff:10.0.0.1]/', 'refused_address'],
  ['http://169.254.169.254/latest', 'refused_address'],
  ['http://hooks.example:7443/', 'refused_port'],
  ['ftp://hooks.example/', 'bad_url'],
  ['http://user:password@hooks.example/', 'bad_url'],
  ['//hooks.example/', 'bad_url'],
])('%s is refused before anything is resolved: %s', async (url, reason) => {
  expect(() => publicOutbound.check(url)).toThrow(expect.objectContaining({ reason }));
  await expect(publicOutbound.fetch(url, limits)).rejects.toMatchObject({ reason });
});

test('this machine by name is refused, even by a resolver that says otherwise', async () => {
  const policy = { ...publicPolicy, ports: new Set([port]), resolve: async () => ['127.0.0.1'] };
  for (const host of ['localhost', 'hooks.example']) {
    await expect(createOutbound(policy).fetch(`http://${host}:${port}/`, limits)).rejects.toMatchObject({
      reason: 'refused_address',
    });
  }
});
