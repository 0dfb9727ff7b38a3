// Calls without an end, with one in the past, with one in a thousand years, and with what is no time at all.
import type { ClientHttp2Session } from 'node:http2';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { makeLeaf } from '../certificates.js';
import { type CountingServer, startCountingServer } from './counting-server.js';
import { openSession, rawUnary } from './raw-call.js';
import { framed } from './wire.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

const withDeadline = [
  '/astrogate.solver.v1.SolverService/Solve',
  '/astrogate.solver.v1.SolverService/GetCapacity',
  '/astrogate.solver.v1.SolverService/ListIndexes',
  '/astrogate.admin.v1.AdminService/GetCapabilities',
  '/astrogate.admin.v1.AdminService/ListTargets',
  '/astrogate.admin.v1.AdminService/RestartTarget',
  '/astrogate.admin.v1.AdminService/StopTarget',
  '/astrogate.admin.v1.AdminService/StartTarget',
  '/astrogate.admin.v1.AdminService/ReloadTarget',
  '/grpc.health.v1.Health/Check',
];
const capacity = '/astrogate.solver.v1.SolverService/GetCapacity';
let server: CountingServer;
let session: ClientHttp2Session;

beforeAll(async () => {
  server = await startCountingServer();
  const identity = await makeLeaf(server.authority, { names: [{ type: 'url', value: 'spiffe://astrogate/api' }] });
  session = await openSession(server.port, server.authority.cert, identity);
});
beforeEach(() => {
  server.calls.length = 0;
});
afterAll(async () => {
  session.destroy();
  await server[Symbol.asyncDispose]();
});

const ask = (path: string, timeout: string | undefined) =>
  rawUnary(session, path, framed(Buffer.alloc(0)), { 'grpc-timeout': timeout });

test.each(withDeadline)('%s without a deadline is INVALID_ARGUMENT, and nothing runs', async (path) => {
  expect(await ask(path, undefined)).toMatchObject({ status: 3, errorCode: 'invalid_request' });
  expect(server.calls).toEqual([]);
});

test.each(['', 'x', 'S', '10', 'Infinity', 'NaN', '1e3', '10 seconds', '٣S', '{}', '-'])(
  'the deadline %j is none: a status, and nothing runs',
  async (timeout) => {
    const { status } = await ask(capacity, timeout);
    // INVALID_ARGUMENT is ours; INTERNAL is what grpc-js says of a time that it cannot read.
    expect([3, 13]).toContain(status);
    expect(server.calls).toEqual([]);
  },
);

test.each(['0S', '0n', '1n', '0H', '-0S'])(
  'the deadline %j is over at once: DEADLINE_EXCEEDED or an answer',
  async (timeout) => {
    const { status } = await ask(capacity, timeout);
    expect([0, 4]).toContain(status);
  },
);

test.each(['99999999H', '99999999M', '99999999S', '596524H', '999999999999999999999S', '1H 1S', '5S;DROP'])(
  'the absurd deadline %j is an answer or a status, never a hang',
  async (timeout) => {
    const { status } = await ask(capacity, timeout);
    expect([0, 3, 4, 13]).toContain(status);
  },
);

test('thirty calls at once whose deadlines are absurd leave the next one in order', async () => {
  const endings = await Promise.all(Array.from({ length: 30 }, () => ask(capacity, '99999999H')));
  expect(endings.every(({ status }) => status !== undefined)).toBe(true);
  expect(await ask(capacity, '5S')).toMatchObject({ status: 0 });
});
