// Connections by the hundred that say nothing, or almost nothing (slowloris). An honest call is answered among them.
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { type AttackedSolver, memoryAllowance, memoryGrowth, startAttackedSolver } from './attacked-solver.js';
import { soundHeader } from './hostile-fields.js';
import { openSession, rawUnary } from './raw-call.js';
import { endHeaders, frame, frameType, grpcHeaders, headerBlock, preface, RawHttp2 } from './raw-http2.js';
import { framed, headerMessage } from './wire.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

let solver: AttackedSolver;
const open: { destroy(): void }[] = [];

beforeAll(async () => {
  solver = await startAttackedSolver();
});
afterEach(async () => {
  for (const connection of open.splice(0)) connection.destroy();
  expect(await solver.harm()).toEqual([]);
}, 90_000);
afterAll(async () => {
  expect(await solver.solvesStill()).toBe(true);
  await solver[Symbol.asyncDispose]();
}, 90_000);

async function answersNow(): Promise<number | undefined> {
  const session = await openSession(solver.port, solver.authority.cert, solver.apiIdentity);
  const { status } = await rawUnary(session, '/grpc.health.v1.Health/Check', framed(Buffer.alloc(0)));
  session.destroy();
  return status;
}

async function openTcp(bytes: Buffer): Promise<void> {
  const socket: Socket = connect(solver.port, '127.0.0.1');
  socket.on('error', () => {});
  open.push(socket);
  await new Promise((resolve) => socket.once('connect', resolve));
  if (bytes.length > 0) socket.write(bytes);
}

async function openHttp2(...parts: Buffer[]): Promise<void> {
  const raw = await RawHttp2.open(solver.port, solver.authority.cert, solver.apiIdentity);
  open.push(raw);
  await raw.send(...parts);
}

/** In rounds, so that the listen queue is not what gives way. */
async function times(count: number, act: (i: number) => Promise<void>): Promise<void> {
  for (let at = 0; at < count; at += 25) await Promise.all(Array.from({ length: 25 }, (_, i) => act(at + i)));
}

const solveHeaders = headerBlock(grpcHeaders('/astrogate.solver.v1.SolverService/Solve'));
const opening = frame(frameType.headers, endHeaders, 1, solveHeaders);
const header = (i: number) => framed(headerMessage(soundHeader(`slow${i}`)));

test.each<[string, number, (i: number) => Promise<void>]>([
  ['without a byte', 500, () => openTcp(Buffer.alloc(0))],
  ['with the first bytes of a handshake', 500, () => openTcp(Buffer.from([0x16, 3, 1, 2, 0, 1]))],
  ['with a handshake and nothing more', 200, () => openHttp2()],
  ['with half a preface', 200, () => openHttp2(preface.subarray(0, 10))],
  ['with a preface and nothing more', 200, () => openHttp2(preface)],
  [
    'with half of the headers',
    200,
    () => openHttp2(preface, frame(frameType.headers, 0, 1, solveHeaders.subarray(0, 40))),
  ],
  ['with half a frame', 200, () => openHttp2(preface, opening.subarray(0, 30))],
  [
    // Within its share of open calls, so that the next one has a place.
    'with a call and a byte of its message',
    75,
    (i) => openHttp2(preface, opening, frame(frameType.data, 0, 1, header(i).subarray(0, 6))),
  ],
])('connections %s', async (_what, count, act) => {
  const growth = await memoryGrowth(solver, async () => {
    await times(count, act);
    expect(await answersNow()).toBe(0);
  });
  expect(growth).toBeLessThan(memoryAllowance);
});

test('headers that come byte by byte hold nobody up', async () => {
  const raws = await Promise.all(
    Array.from({ length: 50 }, () => RawHttp2.open(solver.port, solver.authority.cert, solver.apiIdentity)),
  );
  open.push(...raws);
  const bytes = Buffer.concat([preface, opening]);
  for (let at = 0; at < 60; at += 1) {
    await Promise.all(raws.map((raw) => raw.send(bytes.subarray(at, at + 1))));
    if (at % 20 === 0) expect(await answersNow()).toBe(0);
  }
});
