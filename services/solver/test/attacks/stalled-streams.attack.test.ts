// Streams that stop in the middle. None is waited for longer than the limits say, and an honest call is answered
// all the while.
import { randomUUID } from 'node:crypto';
import type { ClientHttp2Session } from 'node:http2';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { chunkMs, headerMs } from '../../src/limits.js';
import { type AttackedSolver, startAttackedSolver } from './attacked-solver.js';
import { soundHeader } from './hostile-fields.js';
import { type Ending, openSession, rawCall, rawUnary } from './raw-call.js';
import { block, chunkMessage, field, framed, headerMessage, whole } from './wire.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

const solvePath = '/astrogate.solver.v1.SolverService/Solve';
let solver: AttackedSolver;
let session: ClientHttp2Session;

beforeAll(async () => {
  solver = await startAttackedSolver({ SOLVER_SLOTS: '3' });
  session = await openSession(solver.port, solver.authority.cert, solver.apiIdentity);
});
afterAll(async () => {
  session.destroy();
  await solver[Symbol.asyncDispose]();
});

const header = () => framed(headerMessage(Buffer.concat([soundHeader(randomUUID()), field(4, whole(1000))])));
const chunk = framed(chunkMessage(Buffer.alloc(100)));

/** Sends these bytes and then nothing; how it ended, and after how many milliseconds. */
async function stall(bytes: Buffer): Promise<{ ending: Ending; ms: number }> {
  const begun = performance.now();
  const call = rawCall(session, solvePath, { 'grpc-timeout': '120S' });
  if (bytes.length > 0) call.stream.write(bytes);
  const ending = await call.ending;
  return { ending, ms: performance.now() - begun };
}

/** Much later than the limit, on a busy machine; much earlier than the deadline of the call. */
const lateMs = 20_000;
const says = ({ ending }: { ending: Ending }) => `${ending.status} ${ending.errorCode}`;

test('silence ends by its own limit: before the header, in the middle of it, and behind it', async () => {
  const early = [Buffer.alloc(0), header().subarray(0, 3), header().subarray(0, 20), Buffer.from([1, 0, 0, 1, 0])];
  const late = [header(), Buffer.concat([header(), chunk]), Buffer.concat([header(), chunk, chunk.subarray(0, 30)])];
  const stalls = [early, late].map((all) => Promise.all(all.map(stall)));
  const answers: (number | undefined)[] = [];
  for (let i = 0; i < 20; i += 1) {
    const path = '/astrogate.solver.v1.SolverService/GetCapacity';
    answers.push((await rawUnary(session, path, framed(Buffer.alloc(0)))).status);
  }
  expect(answers).toEqual(Array(20).fill(0));
  const [beforeHeader, behindHeader] = await Promise.all(stalls);
  expect(beforeHeader?.map(says)).toEqual(early.map(() => '4 upload_timeout'));
  expect(behindHeader?.map(says)).toEqual(late.map(() => '4 upload_timeout'));
  for (const { ms } of beforeHeader ?? []) expect(ms).toBeLessThan(headerMs + lateMs);
  for (const { ms } of behindHeader ?? []) expect(ms).toBeLessThan(chunkMs + lateMs);
  expect(await solver.harm()).toEqual([]);
  expect(await solver.solvesStill()).toBe(true);
}, 120_000);

test('eighty streams without a header hold neither slots nor the queue', async () => {
  expect(await solver.harm()).toEqual([]);
  const stalls = Array.from({ length: 80 }, () => rawCall(session, solvePath));
  // Once this is answered, all of them have arrived.
  expect(await rawUnary(session, '/grpc.health.v1.Health/Check', framed(Buffer.alloc(0)))).toMatchObject({ status: 0 });
  expect(await solver.status()).toMatchObject({ running: 0, waiting: 0 });
  expect(await solver.solvesStill()).toBe(true);
  for (const { stream } of stalls) stream.close(8);
  await Promise.all(stalls.map(({ ending }) => ending));
  expect(await solver.harm()).toEqual([]);
});

test('a deadline ends a stall before the limits do', async () => {
  const call = rawCall(session, solvePath, { 'grpc-timeout': '1S' });
  const begun = performance.now();
  call.stream.write(framed(headerMessage(Buffer.concat([soundHeader('soon'), field(1, block('soon2'))]))));
  // DEADLINE_EXCEEDED; or OK, where the attempt told its own end, a timeout, a moment earlier.
  expect([4, 0]).toContain((await call.ending).status);
  expect(performance.now() - begun).toBeLessThan(chunkMs);
  expect(await solver.harm()).toEqual([]);
});

test('half of the slots may be held by liars: the others work', async () => {
  const liars = [1, 2].map(() => rawCall(session, solvePath));
  for (const { stream } of liars) stream.write(header());
  await Promise.all(liars.map(({ answered }) => answered));
  expect((await solver.status()).running).toBe(2);
  expect(await solver.solvesStill()).toBe(true);
  for (const { stream } of liars) stream.close(8);
  expect(await solver.harm()).toEqual([]);
});
