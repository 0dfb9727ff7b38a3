import { Writable } from 'node:stream';
import { createLogger } from '@astrogate/common';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { FakeSolverClient } from '../../test-support/fake-solver-client.js';
import { form } from '../../test-support/pictures.js';
import { RawClient } from '../../test-support/raw-http.js';
import { type RunningApi, runApi, until } from '../../test-support/running-api.js';

let api: RunningApi;

beforeEach(async () => {
  api = await runApi({ corsOrigins: ['https://sky.example'] }, { solver: new FakeSolverClient() });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

test.each(['abc-DEF_1', 'x'.repeat(64)])('a request id of our form is kept: %s', async (id) => {
  const response = await fetch(`${api.url}/healthz`, { headers: { 'x-request-id': id } });
  expect(response.headers.get('x-request-id')).toBe(id);
});

test.each(['a b', 'x'.repeat(65), 'a.b', ''])('any other request id is replaced: %j', async (id) => {
  const response = await fetch(`${api.url}/healthz`, { headers: { 'x-request-id': id } });
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
});

test('answers carry strict headers and no name of a framework', async () => {
  const { headers } = await fetch(`${api.url}/health`);
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('set-cookie')).toBeNull();
});

test('configured origins may read answers, others may not', async () => {
  const from = (origin: string) => fetch(`${api.url}/health`, { headers: { origin } });
  expect((await from('https://sky.example')).headers.get('access-control-allow-origin')).toBe('https://sky.example');
  expect((await from('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  await using closed = await runApi({}, { solver: new FakeSolverClient() });
  const response = await fetch(`${closed.url}/health`, { headers: { origin: 'https://sky.example' } });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

test('a large body where none belongs is payload_too_large', async () => {
  const response = await fetch(`${api.url}/api/v1/solves/x/cancel`, { method: 'POST', body: 'x'.repeat(20_000) });
  expect([response.status, await response.json()]).toMatchObject([413, { code: 'payload_too_large' }]);
});

test('a connection that asks on and on without waiting for answers is ended, before they fill the memory', async () => {
  const client = await RawClient.open(api.port);
  client.send('GET /api/v1/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(1000));
  await client.closed();
  const size = (await (await fetch(`${api.url}/api/v1/openapi.json`)).text()).length;
  expect(client.received).toBeLessThan(20 * size);
});

test('a few requests at once on one connection are answered in their order', async () => {
  const client = await RawClient.open(api.port);
  client.send('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(4));
  client.send('GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await client.closed();
  expect(client.text().match(/HTTP\/1.1 200 OK|healthy/g)).toEqual([...Array(5).fill('HTTP/1.1 200 OK'), 'healthy']);
});

test('a path that cannot be decoded is a 400 problem', async () => {
  const response = await fetch(`${api.url}/api/v1/solves/%ff`);
  expect([response.status, await response.json()]).toMatchObject([400, { code: 'invalid_request' }]);
});

test('one access line per request tells request, job, status and bytes, with control characters taken out', async () => {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  await using logged = await runApi({}, { solver: new FakeSolverClient(), log: quietLogger(sink) });
  await fetch(`${logged.url}/api/v1/solves`, {
    method: 'POST',
    body: form(),
    headers: { prefer: 'wait=9', 'x-request-id': 'r1' },
  });
  const access = () => lines.filter(({ msg }) => msg === 'request');
  await until(() => access().length === 1);
  stdout.mockRestore();
  expect(access()[0]).toMatchObject({
    requestId: 'r1',
    method: 'POST',
    path: '/api/v1/solves',
    status: 200,
    complete: true,
  });
  expect(access()[0]?.jobId).toMatch(/^[0-9a-f]{32}$/);
  expect(access()[0]?.bytesIn).toBeGreaterThan(1000);
  expect(lines.find(({ msg }) => msg === 'job ended')).toMatchObject({ requestId: 'r1', status: 'solved' });
});

/** A logger whose lines go to `sink`. */
function quietLogger(sink: Writable) {
  return createLogger('api', 'info', sink as never);
}
