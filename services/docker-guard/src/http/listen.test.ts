import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@astrogate/common';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { listenAt } from './listen.js';

let directory: string;
let path: string;
const servers: Server[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'guard-listen-'));
  path = join(directory, 'sock');
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  rmSync(directory, { recursive: true });
});

const guardServer = () => {
  const server = createHttpServer();
  servers.push(server);
  return server;
};

test('the socket is open to owner and group, and to nobody else', async () => {
  const gid = process.getgid?.() ?? 0;
  await listenAt(guardServer(), path, gid);
  const { mode, gid: group } = statSync(path);
  expect([(mode & 0o777).toString(8), group]).toEqual(['660', gid]);
});

test('a second guard is refused, and the first one stays', async () => {
  await listenAt(guardServer(), path, undefined);
  await expect(listenAt(guardServer(), path, undefined)).rejects.toThrow('held by another guard');
  expect(statSync(path).isSocket()).toBe(true);
});

test('the socket of a guard that was killed is taken over', async () => {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
  expect(statSync(path).isSocket()).toBe(true);
  await listenAt(guardServer(), path, undefined);
});

test('anything else in its place is left alone', async () => {
  writeFileSync(path, 'x');
  await expect(listenAt(guardServer(), path, undefined)).rejects.toThrow('is no socket');
  expect(statSync(path).size).toBe(1);
});

test('a place that is not there is a wrong configuration', async () => {
  await expect(listenAt(guardServer(), join(directory, 'no', 'sock'), undefined)).rejects.toThrow(ConfigError);
});
