// Solve streams that do not keep to the contract: they lie about size or hash, send in the wrong order, too much, too
// little, or behind the end. Each holds a real sandbox when it lies.
import { createHash, randomUUID } from 'node:crypto';
import type { ClientHttp2Session } from 'node:http2';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { type AttackedSolver, blankPicture, startAttackedSolver } from './attacked-solver.js';
import { soundHeader } from './hostile-fields.js';
import { type Ending, openSession, type RawCall, rawCall } from './raw-call.js';
import { frame, frameType, grpcHeaders, headerBlock, preface, RawHttp2 } from './raw-http2.js';
import { block, chunkMessage, field, framed, headerMessage, whole } from './wire.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

const solvePath = '/astrogate.solver.v1.SolverService/Solve';
let solver: AttackedSolver;
let session: ClientHttp2Session;

beforeAll(async () => {
  solver = await startAttackedSolver();
  session = await openSession(solver.port, solver.authority.cert, solver.apiIdentity);
});
afterEach(async () => {
  expect(await solver.harm()).toEqual([]);
}, 90_000);
afterAll(async () => {
  session.destroy();
  await solver[Symbol.asyncDispose]();
});

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
/** A header that announces `bytes` bytes with this hash. */
const header = (bytes: number, sha256: Buffer) =>
  framed(
    headerMessage(
      Buffer.concat([soundHeader(randomUUID()), field(4, whole(bytes)), field(5, block(sha256)), field(6, whole(5))]),
    ),
  );
const chunk = (bytes: Buffer) => framed(chunkMessage(bytes));
const upload = blankPicture;
const honest = () => header(upload.length, hashOf(upload));

/** Opens a stream and waits until its header was accepted. */
async function accepted(first: Buffer): Promise<RawCall> {
  const call = rawCall(session, solvePath);
  call.stream.write(first);
  await call.answered;
  return call;
}
const says = ({ status, errorCode }: Ending) => `${status} ${errorCode}`;

test('an honest stream is solved to the end', async () => {
  const { stream, ending } = await accepted(honest());
  stream.end(chunk(upload));
  expect(says(await ending)).toBe('0 undefined');
});

test.each<[string, () => Buffer, () => Buffer[], string]>([
  [
    'fewer bytes than announced',
    () => header(upload.length + 1, hashOf(upload)),
    () => [chunk(upload)],
    '15 upload_mismatch',
  ],
  [
    'more bytes than announced',
    () => header(upload.length - 1, hashOf(upload)),
    () => [chunk(upload)],
    '8 upload_too_large',
  ],
  [
    'one byte announced and a megabyte sent',
    () => header(1, hashOf(upload)),
    () => Array(5).fill(chunk(Buffer.alloc(200_000))),
    '8 upload_too_large',
  ],
  [
    'the largest upload announced and nothing sent',
    () => header(52_428_800, hashOf(upload)),
    () => [],
    '15 upload_mismatch',
  ],
  ['another hash', () => header(upload.length, Buffer.alloc(32)), () => [chunk(upload)], '15 upload_mismatch'],
  [
    'the hash of nothing',
    () => header(upload.length, hashOf(Buffer.alloc(0))),
    () => [chunk(upload)],
    '15 upload_mismatch',
  ],
  ['nothing behind the header', honest, () => [], '15 upload_mismatch'],
  ['a second header', honest, honestTwice, '3 invalid_request'],
  ['a second header behind the upload', honest, () => [chunk(upload), honest()], '3 invalid_request'],
  ['an empty chunk', honest, () => [chunk(Buffer.alloc(0))], '3 invalid_request'],
  ['an empty message', honest, () => [framed(Buffer.alloc(0))], '3 invalid_request'],
  ['a chunk above the limit', honest, () => [chunk(Buffer.alloc(262_145))], '3 invalid_request'],
  ['a message above the limit', honest, () => [framed(Buffer.alloc(300_000))], '8 undefined'],
  ['a message that is no message', honest, () => [framed(Buffer.alloc(100, 0xff))], '13 undefined'],
  ['a chunk that is cut off', honest, () => [chunk(upload).subarray(0, 1000)], '15 upload_mismatch'],
  ['a length that is cut off', honest, () => [Buffer.from([0, 0])], '15 upload_mismatch'],
])('accepted, then %s', async (_what, first, rest, expected) => {
  const { stream, ending } = await accepted(first());
  for (const part of rest()) stream.write(part);
  stream.end();
  expect(says(await ending)).toBe(expected);
});

function honestTwice(): Buffer[] {
  return [honest(), chunk(upload)];
}

test('chunks that do not wait for acceptance win nothing: the same checks stand behind them', async () => {
  const { stream, ending } = rawCall(session, solvePath);
  stream.end(Buffer.concat([header(upload.length, Buffer.alloc(32)), chunk(upload)]));
  expect(says(await ending)).toBe('15 upload_mismatch');
});

test('chunks before the header end the stream without a sandbox', async () => {
  const { stream, ending } = rawCall(session, solvePath);
  stream.end(Buffer.concat([chunk(upload), honest()]));
  const { status, errorCode, body } = await ending;
  expect([status, errorCode, body.length]).toEqual([3, 'invalid_request', 0]);
});

test('what comes behind the half-close is an error of the protocol, and the attempt goes its way', async () => {
  const raw = await RawHttp2.open(solver.port, solver.authority.cert, solver.apiIdentity);
  const block1 = headerBlock(grpcHeaders(solvePath));
  await raw.send(
    preface,
    frame(frameType.headers, 4, 1, block1),
    frame(frameType.data, 1, 1, honest()),
    frame(frameType.data, 0, 1, chunk(upload.subarray(0, 10_000))),
    frame(frameType.data, 1, 1, chunk(upload.subarray(0, 10_000))),
  );
  await raw.closed;
  // RST_STREAM or GOAWAY, as HTTP/2 has it for a closed stream.
  expect(raw.count(frameType.rst) + raw.count(frameType.goaway)).toBeGreaterThan(0);
});

test('a caller that never reads gets no more than its window, and leaves nothing', async () => {
  const call = await accepted(honest());
  call.stream.pause();
  call.stream.end(chunk(upload));
  call.stream.close(8);
  await call.ending;
});

test('two hundred attempts that are cancelled at once hold no permit', async () => {
  for (let round = 0; round < 4; round += 1) {
    const calls = Array.from({ length: 50 }, () => rawCall(session, solvePath));
    for (const { stream } of calls) {
      stream.write(honest());
      stream.close(8);
    }
    await Promise.all(calls.map(({ ending }) => ending));
  }
}, 90_000);
