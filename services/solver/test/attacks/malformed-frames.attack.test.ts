// Frames and connections that break the rules of HTTP/2: each costs its own connection, never the process.
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { type AttackedSolver, startAttackedSolver } from './attacked-solver.js';
import { soundHeader } from './hostile-fields.js';
import { openSession, rawUnary } from './raw-call.js';
import {
  endHeaders,
  endStream,
  frame,
  frameType,
  grpcHeaders,
  headerBlock,
  preface,
  RawHttp2,
  reset,
} from './raw-http2.js';
import { framed, headerMessage } from './wire.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

const solvePath = '/astrogate.solver.v1.SolverService/Solve';
let solver: AttackedSolver;
beforeAll(async () => {
  solver = await startAttackedSolver();
});
/** A new connection each time: the process that answers is the one that was attacked. */
afterEach(async () => {
  const session = await openSession(solver.port, solver.authority.cert, solver.apiIdentity);
  const answer = await rawUnary(session, '/grpc.health.v1.Health/Check', framed(Buffer.alloc(0)));
  session.destroy();
  expect(answer.status).toBe(0);
});
afterAll(async () => {
  expect(await solver.harm()).toEqual([]);
  expect(await solver.solvesStill()).toBe(true);
  await solver[Symbol.asyncDispose]();
}, 90_000);

const openRaw = () => RawHttp2.open(solver.port, solver.authority.cert, solver.apiIdentity);
const headersOf = (more: Record<string, string> = {}, path = solvePath) => headerBlock(grpcHeaders(path, more));
const opening = (stream: number) => frame(frameType.headers, endHeaders, stream, headersOf());

test.each<[string, () => Buffer[]]>([
  ['DATA on stream 0', () => [frame(frameType.data, 0, 0, Buffer.from('x'))]],
  ['DATA on a stream that is not open', () => [frame(frameType.data, 0, 7, Buffer.from('x'))]],
  ['HEADERS on stream 0', () => [frame(frameType.headers, endHeaders, 0, headersOf())]],
  ['HEADERS on an even stream', () => [opening(2)]],
  ['a frame above the frame size', () => [opening(1), frame(frameType.data, 0, 1, Buffer.alloc(16_385))]],
  ['a frame of 16 MB', () => [frame(frameType.headers, endHeaders, 1, Buffer.alloc(16_777_215))]],
  ['WINDOW_UPDATE by nothing', () => [frame(frameType.windowUpdate, 0, 0, Buffer.alloc(4))]],
  [
    'a window that overflows',
    () => Array(2).fill(frame(frameType.windowUpdate, 0, 0, Buffer.from([0x7f, 0xff, 0xff, 0xff]))),
  ],
  ['SETTINGS of the wrong size', () => [frame(frameType.settings, 0, 0, Buffer.alloc(5))]],
  ['SETTINGS on a stream', () => [frame(frameType.settings, 0, 1)]],
  ['a PING of the wrong size', () => [frame(frameType.ping, 0, 0, Buffer.alloc(7))]],
  ['RST_STREAM of the wrong size', () => [opening(1), frame(frameType.rst, 0, 1, Buffer.alloc(3))]],
  ['RST_STREAM of an idle stream', () => [reset(99)]],
  ['CONTINUATION out of nowhere', () => [frame(frameType.continuation, endHeaders, 1, headersOf())]],
  [
    'another frame among the headers',
    () => [frame(frameType.headers, 0, 1, headersOf()), frame(frameType.ping, 0, 0, Buffer.alloc(8))],
  ],
  [
    'PUSH_PROMISE of a client',
    () => [opening(1), frame(5, endHeaders, 1, Buffer.concat([Buffer.from([0, 0, 0, 2]), headersOf()]))],
  ],
  ['padding that is longer than its frame', () => [opening(1), frame(frameType.data, 8, 1, Buffer.from([255, 1]))]],
])('%s ends the connection', async (_what, parts) => {
  const raw = await openRaw();
  await raw.send(preface, ...parts());
  await raw.closed;
  expect(raw.count(frameType.goaway)).toBeLessThanOrEqual(1);
});

test.each<[string, Buffer]>([
  ['no preface', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ['a preface with a mistake', Buffer.from('PRI * HTTP/2.0\r\n\r\nSN\r\n\r\n')],
  ['noise in place of a preface', Buffer.alloc(10_000, 0xa5)],
])('%s ends the connection', async (_what, bytes) => {
  const raw = await openRaw();
  await raw.send(bytes);
  await raw.closed;
});

const fifty = Array.from({ length: 50 }, (_, i) => 1 + 2 * i);
const broken = frame(frameType.data, 0, 0, Buffer.from('x'));

// What a server begins for a stream must not fail because the stream, or its connection, is gone by then.
test.each<[string, (stream: number) => Buffer[], Buffer[]]>([
  ['calls that are reset', (stream) => [opening(stream), reset(stream)], []],
  [
    'calls of no content type that are reset',
    (stream) => [
      frame(frameType.headers, endHeaders, stream, headersOf({ 'content-type': 'text/plain' })),
      reset(stream),
    ],
    [],
  ],
  [
    'calls of no method that are reset',
    (stream) => [frame(frameType.headers, endHeaders, stream, headersOf({}, '/x/y')), reset(stream)],
    [],
  ],
  [
    'forbidden calls that are reset',
    (stream) => [
      frame(frameType.headers, endHeaders, stream, headersOf({}, '/astrogate.ops.v1.OpsService/Drain')),
      reset(stream),
    ],
    [],
  ],
  [
    'watches that are reset',
    (stream) => [
      frame(frameType.headers, endHeaders, stream, headersOf({}, '/grpc.health.v1.Health/Watch')),
      frame(frameType.data, endStream, stream, framed(Buffer.alloc(0))),
      reset(stream),
    ],
    [],
  ],
  [
    'attempts that are reset',
    (stream) => [
      opening(stream),
      frame(frameType.data, 0, stream, framed(headerMessage(soundHeader(`cut${stream}`)))),
      reset(stream),
    ],
    [],
  ],
  ['calls whose connection breaks', (stream) => [opening(stream)], [broken]],
  [
    'calls of no content type whose connection breaks',
    (stream) => [frame(frameType.headers, endHeaders, stream, headersOf({ 'content-type': 'text/plain' }))],
    [broken],
  ],
  [
    'unary calls whose connection breaks',
    (stream) => [
      frame(frameType.headers, endHeaders, stream, headersOf({}, '/astrogate.admin.v1.AdminService/ListTargets')),
      frame(frameType.data, endStream, stream, framed(Buffer.alloc(0))),
    ],
    [broken],
  ],
])('fifty %s, in one piece', async (_what, each, last) => {
  const raw = await openRaw();
  await raw.send(Buffer.concat([preface, ...fifty.flatMap(each), ...last]));
  if (last.length > 0) await raw.closed;
  raw.destroy();
});

test('a hundred connections that are cut in the middle of their calls', async () => {
  for (let i = 0; i < 100; i += 1) {
    const raw = await openRaw();
    const attempt = framed(headerMessage(soundHeader(`torn${i}`)));
    void raw.send(preface, ...fifty.slice(0, 5).map(opening), frame(frameType.data, 0, 1, attempt));
    if (i % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
    raw.destroy();
  }
});

test('noise where TLS should be, and TLS that stops in the middle of a record', async () => {
  for (const bytes of [Buffer.from([0x16, 3, 1, 0xff, 0xff]), Buffer.alloc(5_000, 0x16), Buffer.from('\u0080\u002e')]) {
    const socket = connect(solver.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.on('error', () => {});
    socket.end(bytes);
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
  }
  const { cert, key } = solver.apiIdentity;
  const plain = connect(solver.port, '127.0.0.1');
  const secure = connectTls({ socket: plain, servername: 'localhost', ca: solver.authority.cert, cert, key });
  secure.on('error', () => {});
  await new Promise((resolve) => secure.once('secureConnect', resolve));
  const closed = new Promise((resolve) => plain.once('close', resolve));
  plain.write(Buffer.alloc(3_000, 0x17));
  await closed;
});
