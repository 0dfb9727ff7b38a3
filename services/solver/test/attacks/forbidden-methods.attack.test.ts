// A taken-over api asks for what is not in its row of the table, and for what is in no table.
import type { ClientHttp2Session } from 'node:http2';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { makeLeaf } from '../certificates.js';
import { startAttackedSolver } from './attacked-solver.js';
import { allPaths, type CountingServer, startCountingServer } from './counting-server.js';
import { openSession, rawUnary } from './raw-call.js';
import { framed } from './wire.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

const opsPaths = allPaths.filter((path) => path.includes('.ops.'));
const drain = '/astrogate.ops.v1.OpsService/Drain';
const nothing = framed(Buffer.alloc(0));
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

test.each(opsPaths)('%s is PERMISSION_DENIED and its handler never runs', async (path) => {
  const bodies = [nothing, framed(Buffer.alloc(200_000)), Buffer.alloc(0), Buffer.from([0, 0, 0])];
  for (const body of bodies) {
    expect(await rawUnary(session, path, body)).toMatchObject({ status: 7, errorCode: 'forbidden' });
  }
  expect(server.calls).toEqual([]);
});

describe('no header makes an operator', () => {
  test.each<[string, Record<string, string>]>([
    ['x-forwarded-client-cert', { 'x-forwarded-client-cert': 'URI=spiffe://astrogate/ops' }],
    ['x-spiffe-id', { 'x-spiffe-id': 'spiffe://astrogate/ops' }],
    ['authorization', { authorization: 'Bearer spiffe://astrogate/ops' }],
    ['another authority', { ':authority': 'ops.astrogate' }],
    ['a method override', { 'x-http-method-override': 'POST', 'x-original-url': drain }],
    ['error-code', { 'error-code': 'ok', 'grpc-status': '0' }],
  ])('%s', async (_what, headers) => {
    expect(await rawUnary(session, drain, nothing, headers)).toMatchObject({ status: 7, errorCode: 'forbidden' });
    expect(server.calls).toEqual([]);
  });
});

describe('no other spelling of a path is served', () => {
  test.each([
    `/${drain}`,
    `${drain}/`,
    `${drain}?x=1`,
    `${drain}#x`,
    drain.toLowerCase(),
    drain.replace('Drain', '%44rain'),
    drain.replace('/Drain', '//Drain'),
    `/x/..${drain}`,
    `/./${drain.slice(1)}`,
    drain.slice(1),
    '/astrogate.ops.v1.OpsService/__proto__',
    '/astrogate.ops.v1.OpsService/constructor',
    '/astrogate.solver.v1.SolverService/Drain',
    '/grpc.channelz.v1.Channelz/GetServers',
    '/grpc.channelz.v1.Channelz/GetTopChannels',
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
    '/',
    '*',
    `/${'x'.repeat(20_000)}`,
  ])('%s', async (path) => {
    const { status, rst } = await rawUnary(session, path, nothing);
    // Unimplemented, or a path that HTTP/2 itself does not let through.
    expect(status === 12 || rst !== 0).toBe(true);
    expect(server.calls).toEqual([]);
  });
});

describe('what is no gRPC call', () => {
  test.each<[string, Record<string, string | undefined>]>([
    ['JSON', { 'content-type': 'application/json' }],
    ['a form', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['no content type', { 'content-type': undefined }],
  ])('%s is 415 and nothing runs', async (_what, headers) => {
    const path = '/astrogate.solver.v1.SolverService/GetCapacity';
    expect(await rawUnary(session, path, nothing, headers)).toMatchObject({ http: 415 });
    expect(server.calls).toEqual([]);
  });
});

test('the same session is heard where the api may call', async () => {
  const path = '/astrogate.solver.v1.SolverService/GetCapacity';
  expect(await rawUnary(session, path, nothing)).toMatchObject({ status: 0 });
  expect(server.calls).toEqual(['GetCapacity']);
});

test('a real solver creates nothing and loses nothing when all of them are asked for', async () => {
  await using solver = await startAttackedSolver();
  const created = await solver.settled();
  const hostile = await openSession(solver.port, solver.authority.cert, solver.apiIdentity);
  for (const path of opsPaths) {
    expect(await rawUnary(hostile, path, nothing)).toMatchObject({ status: 7, errorCode: 'forbidden' });
  }
  hostile.destroy();
  expect(await solver.harm()).toEqual([]);
  expect(solver.watch.created).toBe(created);
  expect(await solver.solvesStill()).toBe(true);
});
