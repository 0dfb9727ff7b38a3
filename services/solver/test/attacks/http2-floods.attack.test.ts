// Frames that cost the sender nothing and the receiver an answer each: by the hundred thousand.
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { type AttackedSolver, memoryAllowance, memoryGrowth, startAttackedSolver } from './attacked-solver.js';
import { openSession, rawUnary } from './raw-call.js';
import { endHeaders, frame, frameType, grpcHeaders, headerBlock, preface, RawHttp2 } from './raw-http2.js';
import { framed } from './wire.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

let solver: AttackedSolver;
beforeAll(async () => {
  solver = await startAttackedSolver();
});
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

const opening = frame(
  frameType.headers,
  endHeaders,
  1,
  headerBlock(grpcHeaders('/astrogate.solver.v1.SolverService/Solve')),
);
const setting = (id: number, value: number) => {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(id, 0);
  bytes.writeUInt32BE(value, 2);
  return bytes;
};
const frames = 100_000;

test.each<[string, Buffer, Buffer]>([
  ['PING', preface, frame(frameType.ping, 0, 0, Buffer.alloc(8))],
  ['answers to PING that nobody asked for', preface, frame(frameType.ping, 1, 0, Buffer.alloc(8))],
  ['SETTINGS', preface, frame(frameType.settings, 0, 0, setting(4, 65_535))],
  [
    'SETTINGS that turn the windows up and down',
    Buffer.concat([preface, opening]),
    frame(frameType.settings, 0, 0, setting(4, 1)),
  ],
  [
    'PRIORITY of streams that are not there',
    preface,
    frame(frameType.priority, 0, 1_001, Buffer.from([0, 0, 0, 0, 16])),
  ],
  ['empty DATA', Buffer.concat([preface, opening]), frame(frameType.data, 0, 1)],
  ['WINDOW_UPDATE by one byte', preface, frame(frameType.windowUpdate, 0, 0, Buffer.from([0, 0, 0, 1]))],
  [
    'RST_STREAM of one stream',
    Buffer.concat([preface, opening]),
    frame(frameType.rst, 0, 1, Buffer.from([0, 0, 0, 8])),
  ],
  ['frames of a type that does not exist', preface, frame(0xbe, 0, 0, Buffer.alloc(100))],
])('%s', async (_what, first, one) => {
  const begun = performance.now();
  const growth = await memoryGrowth(solver, async () => {
    const raw = await RawHttp2.open(solver.port, solver.authority.cert, solver.apiIdentity);
    await raw.send(first);
    const batch = Buffer.concat(Array(1_000).fill(one));
    for (let sent = 0; sent < frames && raw.isOpen; sent += 1_000) await raw.send(batch);
    raw.destroy();
  });
  expect(growth).toBeLessThan(memoryAllowance);
  expect(performance.now() - begun).toBeLessThan(30_000);
});

test('a reader that takes no answers: what is kept for it is bounded', async () => {
  const growth = await memoryGrowth(solver, async () => {
    const raw = await RawHttp2.open(solver.port, solver.authority.cert, solver.apiIdentity);
    raw.pause();
    await raw.send(preface);
    const pings = Buffer.concat(Array(1_000).fill(frame(frameType.ping, 0, 0, Buffer.alloc(8))));
    // The socket takes no more at some time, which is the solver's answer.
    const isTaken = async () => {
      const timeout = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 1_000));
      return await Promise.race([raw.send(pings).then(() => true), timeout]);
    };
    for (let sent = 0; sent < 1_000 && raw.isOpen && (await isTaken()); sent += 1);
    raw.destroy();
  });
  expect(growth).toBeLessThan(memoryAllowance);
});
