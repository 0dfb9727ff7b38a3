// Metadata that is huge, hostile, or not allowed at all.
import type { ClientHttp2Session } from 'node:http2';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Credentials, makeLeaf } from '../certificates.js';
import { type CountingServer, startCountingServer } from './counting-server.js';
import { openSession, rawUnary } from './raw-call.js';
import { endHeaders, endStream, frame, frameType, grpcHeaders, headerBlock, preface, RawHttp2 } from './raw-http2.js';
import { framed } from './wire.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

const path = '/astrogate.solver.v1.SolverService/GetCapacity';
const drain = '/astrogate.ops.v1.OpsService/Drain';
let server: CountingServer;
let identity: Credentials;
let session: ClientHttp2Session;

beforeAll(async () => {
  server = await startCountingServer();
  identity = await makeLeaf(server.authority, { names: [{ type: 'url', value: 'spiffe://astrogate/api' }] });
  session = await openSession(server.port, server.authority.cert, identity);
});
beforeEach(() => {
  server.calls.length = 0;
});
afterAll(async () => {
  session.destroy();
  await server[Symbol.asyncDispose]();
});

const many = (count: number, size: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, 'x'.repeat(size)]));

describe('a library sends it', () => {
  test.each<[string, Record<string, string>]>([
    ['a hundred headers', many(100, 10)],
    ['a header of 60 kB', many(1, 60_000)],
    ['names of every object', { __proto__x: 'x', constructor: 'x', tostring: 'x', hasownproperty: 'x' }],
    ['binary that is no base64', { 'x-bin': '!!!', 'y-bin': '', 'z-bin': 'AA=A' }],
    ['a status of its own', { 'grpc-status': '0', 'grpc-message': 'ok', 'error-code': 'none' }],
    ['a request id that is none', { 'request-id': '"},{"level":"fatal', 'job-id': '../../x' }],
    ['an HTTP/1 method', { 'x-http-method': 'DELETE', upgrade: 'h2c' }],
  ])('%s: what is forbidden stays so, what is allowed gets a status', async (_what, headers) => {
    const answer = (to: string) =>
      rawUnary(session, to, framed(Buffer.alloc(0)), headers).catch((error: Error) => error.message);
    const forbidden = await answer(drain);
    if (typeof forbidden !== 'string') expect(forbidden.status === 7 || forbidden.rst !== 0).toBe(true);
    expect(server.calls).toEqual([]);
    const allowed = await answer(path);
    if (typeof allowed !== 'string') expect(allowed.status === 0 || allowed.rst !== 0).toBe(true);
    expect(await rawUnary(session, path, framed(Buffer.alloc(0)))).toMatchObject({ status: 0 });
  });
});

describe('frames say it', () => {
  /** Whether the connection or the stream was ended by the server. */
  async function endsAfter(...parts: Buffer[]): Promise<boolean> {
    const raw = await RawHttp2.open(server.port, server.authority.cert, identity);
    await raw.send(preface, ...parts, frame(frameType.ping, 0, 0, Buffer.alloc(8)));
    while (raw.isOpen && raw.count(frameType.ping) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const isEnded = !raw.isOpen || raw.count(frameType.rst) > 0 || raw.count(frameType.goaway) > 0;
    raw.destroy();
    return isEnded;
  }
  const both = endHeaders | endStream;
  const headers = (more: Record<string, string>) => headerBlock(grpcHeaders(drain, more));

  test.each<[string, () => Buffer[]]>([
    ['a name in upper case', () => [frame(frameType.headers, both, 1, headers({ 'X-A': 'a' }))]],
    ['a pseudo header twice', () => [frame(frameType.headers, both, 1, Buffer.concat([headers({}), headers({})]))]],
    ['an unknown pseudo header', () => [frame(frameType.headers, both, 1, headers({ ':peer': 'ops' }))]],
    ['connection headers', () => [frame(frameType.headers, both, 1, headers({ connection: 'upgrade' }))]],
    ['no path', () => [frame(frameType.headers, both, 1, headerBlock({ ':method': 'POST', ':scheme': 'https' }))]],
    ['HPACK that is none', () => [frame(frameType.headers, both, 1, Buffer.alloc(100, 0xff))]],
    ['an index far behind the table', () => [frame(frameType.headers, both, 1, Buffer.from([0xff, 0xff, 0xff, 0x7f]))]],
    ['a table of 4 GiB', () => [frame(frameType.headers, both, 1, Buffer.from([0x3f, 0xff, 0xff, 0xff, 0xff, 0x0f]))]],
  ])('%s: the stream or the connection ends, and nothing runs', async (_what, parts) => {
    expect(await endsAfter(...parts())).toBe(true);
    expect(server.calls).toEqual([]);
    expect(await rawUnary(session, path, framed(Buffer.alloc(0)))).toMatchObject({ status: 0 });
  });

  test.each([
    ['a line break', 'a\r\nx-b: c'],
    ['a zero byte', 'a\0b'],
  ])('a value with %s makes no header of its own, and nothing runs', async (_what, value) => {
    await endsAfter(frame(frameType.headers, both, 1, headers({ 'x-a': value })));
    expect(server.calls).toEqual([]);
    expect(await rawUnary(session, path, framed(Buffer.alloc(0)))).toMatchObject({ status: 0 });
  });

  test('headers that never end (CONTINUATION flood) end the connection', async () => {
    const raw = await RawHttp2.open(server.port, server.authority.cert, identity);
    const part = headerBlock(many(50, 200));
    await raw.send(preface, frame(frameType.headers, 0, 1, headers({})));
    for (let i = 0; i < 10_000 && raw.isOpen; i += 1) await raw.send(frame(frameType.continuation, 0, 1, part));
    await raw.closed;
    expect(server.calls).toEqual([]);
    expect(await rawUnary(session, path, framed(Buffer.alloc(0)))).toMatchObject({ status: 0 });
  });
});
