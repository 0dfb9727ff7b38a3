// What the solver says to an engine and makes of its answers, against a fake engine that can misbehave.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { containerSpec } from '@astrogate/sandbox-spec';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createDockerEngine } from './docker-engine.js';

let directory: string;
let socketPath: string;
let server: Server;
let received: string;
let reply: string;
const sockets = new Set<Socket>();

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'engine-test-'));
  socketPath = join(directory, 'sock');
  received = '';
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      if (reply === 'cut') socket.destroy();
      else if (received.includes('\r\n\r\n')) socket.write(reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});

const answer = (status: number, body: string) =>
  `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
const engine = () => createDockerEngine({ socketPath });
const id = 'a'.repeat(64);

test('every path begins with the pinned version, and a start has no body', async () => {
  reply = answer(204, '');
  await engine().start(id);
  expect(received).toMatch(new RegExp(`^POST /v1.41/containers/${id}/start HTTP/1.1\r\n`));
  expect(received).not.toMatch(/Transfer-Encoding/i);
  expect(received).toMatch(/\r\n\r\n$/);
});

test('before a version is chosen, the engine is asked without one', async () => {
  reply = answer(200, '{"ApiVersion":"1.52","MinAPIVersion":"1.44"}');
  expect(await createDockerEngine({ socketPath }, null).version()).toMatchObject({ MinAPIVersion: '1.44' });
  expect(received).toMatch(/^GET \/version HTTP/);
  received = '';
  reply = answer(204, '');
  await createDockerEngine({ socketPath }, '1.44').start(id);
  expect(received).toMatch(/^POST \/v1.44\/containers/);
});

test('a create sends the name as parameter and exactly the spec as body', async () => {
  reply = answer(201, JSON.stringify({ Id: id }));
  const spec = containerSpec('0'.repeat(32), {
    imageId: `sha256:${id}`,
    instanceId: '1'.repeat(32),
    expiresAt: new Date(0),
  });
  expect(await engine().create(spec)).toBe(id);
  const [head, body] = received.split('\r\n\r\n') as [string, string];
  expect(head).toMatch(/^POST \/v1.41\/containers\/create\?name=astrogate-sandbox-0{32} HTTP\/1.1\r\n/);
  expect(JSON.parse(body)).toEqual(spec.body);
});

test.each([
  [404, 'not_found'],
  [409, 'conflict'],
  [500, 'refused'],
  [403, 'refused'],
])('HTTP %i is an EngineError %s that leaves as sandbox_unavailable', async (status, kind) => {
  reply = answer(status, '{"message":"secret path /var/lib"}');
  await expect(engine().start(id)).rejects.toMatchObject({
    name: 'EngineError',
    kind,
    code: 'sandbox_unavailable',
    message: 'Sandboxes cannot be started now',
  });
});

test('removing what is not there succeeds', async () => {
  reply = answer(404, '{}');
  await engine().remove(id);
  expect(received).toMatch(new RegExp(`^DELETE /v1.41/containers/${id}\\?force=true&v=true `));
});

test('a connection that is cut, refused or silent is unreachable', async () => {
  reply = 'cut';
  await expect(engine().start(id)).rejects.toMatchObject({ kind: 'unreachable' });
  reply = '';
  await expect(engine().ping(50)).rejects.toMatchObject({ kind: 'unreachable' });
  reply = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut off';
  await expect(engine().ping(50)).rejects.toMatchObject({ kind: 'unreachable' });
  const nobody = createDockerEngine({ socketPath: join(directory, 'nobody') });
  await expect(nobody.start(id)).rejects.toMatchObject({ kind: 'unreachable' });
  await expect(nobody.attach(id)).rejects.toMatchObject({ kind: 'unreachable' });
});

test('an attach sends not one byte after its header until the engine has switched', async () => {
  reply = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst';
  const socket = await engine().attach(id);
  expect(received).toMatch(new RegExp(`^POST /v1.41/containers/${id}/attach\\?stream=1&stdin=1&stdout=1&stderr=1 `));
  expect(received).toMatch(/\r\nContent-Length: 0\r\n/);
  expect(received).toMatch(/\r\n\r\n$/);
  expect(received).not.toMatch(/Transfer-Encoding/i);
  const first = await new Promise((resolve) => socket.once('data', resolve));
  expect(String(first)).toBe('first');
  socket.destroy();
});

test('an attach that is refused is an EngineError', async () => {
  reply = answer(404, '{}');
  await expect(engine().attach(id)).rejects.toMatchObject({ kind: 'not_found' });
});
