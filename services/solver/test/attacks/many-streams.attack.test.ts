// A taken-over api opens streams by the ten thousand, on one connection and on many. What the solver holds for them is
// bounded, and afterwards it works as before.
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { until } from '../solver-under-test.js';
import { type AttackedSolver, memoryAllowance, memoryGrowth, startAttackedSolver } from './attacked-solver.js';
import { soundHeader } from './hostile-fields.js';
import { openSession, type RawCall, rawCall, rawUnary } from './raw-call.js';
import { endHeaders, frame, frameType, grpcHeaders, headerBlock, preface, RawHttp2, reset } from './raw-http2.js';
import { chunkMessage, framed, headerMessage } from './wire.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

const solvePath = '/astrogate.solver.v1.SolverService/Solve';
const healthPath = '/grpc.health.v1.Health/Check';
const tenThousand = Array.from({ length: 10_000 }, (_, i) => 1 + 2 * i);
/** Slots, waiting places, and 32 spare ones. */
const mostCalls = 2 + 64 + 32;
let solver: AttackedSolver;

beforeAll(async () => {
  solver = await startAttackedSolver();
});
afterEach(async () => {
  expect(await solver.harm()).toEqual([]);
}, 90_000);
afterAll(async () => {
  await solver[Symbol.asyncDispose]();
});

const openRaw = () => RawHttp2.open(solver.port, solver.authority.cert, solver.apiIdentity);
const solveHeaders = headerBlock(grpcHeaders(solvePath));
const opening = (stream: number) => frame(frameType.headers, endHeaders, stream, solveHeaders);

/** Sends in pieces, so that the solver is not faster than the attack, nor the attack than its socket. */
async function sendAll(raw: RawHttp2, parts: readonly Buffer[]): Promise<void> {
  for (let at = 0; at < parts.length && raw.isOpen; at += 200) await raw.send(...parts.slice(at, at + 200));
}

/** Resolves when the solver has answered what came before, or has closed. */
async function settled(raw: RawHttp2): Promise<void> {
  const pings = raw.count(frameType.ping);
  await raw.send(frame(frameType.ping, 0, 0, Buffer.alloc(8)));
  while (raw.isOpen && raw.count(frameType.ping) === pings) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('ten thousand streams on one connection: those above the limit are refused, or the connection is', async () => {
  const growth = await memoryGrowth(solver, async () => {
    const raw = await openRaw();
    await raw.send(preface);
    await sendAll(raw, tenThousand.map(opening));
    await settled(raw);
    const refused = new Set(raw.heads.filter(({ type }) => type === frameType.rst).map(({ stream }) => stream)).size;
    const isCut = !raw.isOpen || raw.count(frameType.goaway) > 0;
    expect(isCut || refused >= tenThousand.length - mostCalls).toBe(true);
    raw.destroy();
  });
  expect(growth).toBeLessThan(memoryAllowance);
});

test('ten thousand streams that are reset at once (rapid reset)', async () => {
  const begun = performance.now();
  const growth = await memoryGrowth(solver, async () => {
    const raw = await openRaw();
    await raw.send(preface);
    await sendAll(
      raw,
      tenThousand.map((stream) => Buffer.concat([opening(stream), reset(stream)])),
    );
    await settled(raw);
    // The HTTP/2 library counts resets and ends such a connection long before the ten thousandth.
    expect(!raw.isOpen || raw.count(frameType.goaway) > 0).toBe(true);
    raw.destroy();
  });
  expect(growth).toBeLessThan(memoryAllowance);
  expect(performance.now() - begun).toBeLessThan(30_000);
});

test('rapid resets behind a whole header, on ten connections: no permit and no sandbox is left', async () => {
  const growth = await memoryGrowth(solver, async () => {
    const raws = await Promise.all(Array.from({ length: 10 }, openRaw));
    await Promise.all(
      raws.map(async (raw, connection) => {
        const attempt = (stream: number) => {
          const header = framed(headerMessage(soundHeader(`reset-${connection}-${stream}`)));
          return Buffer.concat([opening(stream), frame(frameType.data, 0, stream, header), reset(stream)]);
        };
        await raw.send(preface);
        await sendAll(raw, tenThousand.slice(0, 200).map(attempt));
        await settled(raw);
        raw.destroy();
      }),
    );
  });
  expect(growth).toBeLessThan(memoryAllowance);
}, 90_000);

/** Opens `count` streams on each of `connections` connections and sends `bytes` on each. */
async function openMany(connections: number, count: number, bytes: Buffer) {
  const sessions = await Promise.all(
    Array.from({ length: connections }, () => openSession(solver.port, solver.authority.cert, solver.apiIdentity)),
  );
  const calls: RawCall[] = sessions.flatMap((session) =>
    Array.from({ length: count }, () => {
      const call = rawCall(session, solvePath);
      call.stream.write(bytes);
      return call;
    }),
  );
  return { calls, close: () => sessions.forEach((session) => void session.destroy()) };
}

test('more connections are not more streams: beyond its share a caller is refused, on however many', async () => {
  const { calls, close } = await openMany(20, 50, Buffer.alloc(0));
  const endings: string[] = [];
  for (const { ending } of calls) void ending.then(({ status, errorCode }) => endings.push(`${status} ${errorCode}`));
  // Those that got a place say nothing and so are ended by the limit for headers.
  await until(async () => endings.length === calls.length, 60_000);
  expect(new Set(endings)).toEqual(new Set(['8 busy', '4 upload_timeout']));
  // A place that came free may have been taken by one that came late.
  expect(endings.filter((ending) => ending === '8 busy').length).toBeGreaterThan(calls.length / 2);
  // Operators have places of their own.
  expect((await solver.status()).running).toBe(0);
  close();
  await Promise.all(calls.map(({ ending }) => ending));
});

test('a thousand streams that each hold a message in the middle do not hold its memory', async () => {
  const half = framed(chunkMessage(Buffer.alloc(260_000))).subarray(0, 250_000);
  const growth = await memoryGrowth(solver, async () => {
    const { calls, close } = await openMany(20, 50, half);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    close();
    await Promise.all(calls.map(({ ending }) => ending));
  });
  expect(growth).toBeLessThan(memoryAllowance);
});

test('a thousand streams of the smallest messages there are', async () => {
  const tiny = Buffer.concat(Array.from({ length: 13_000 }, () => framed(Buffer.alloc(0))));
  const growth = await memoryGrowth(solver, async () => {
    const { calls, close } = await openMany(20, 50, tiny);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    close();
    await Promise.all(calls.map(({ ending }) => ending));
  });
  expect(growth).toBeLessThan(memoryAllowance);
});

test('after all that an ordinary call and an ordinary attempt go through', async () => {
  const session = await openSession(solver.port, solver.authority.cert, solver.apiIdentity);
  expect(await rawUnary(session, healthPath, framed(Buffer.alloc(0)))).toMatchObject({ status: 0 });
  session.destroy();
  expect(await solver.solvesStill()).toBe(true);
});
