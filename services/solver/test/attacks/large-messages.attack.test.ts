// Messages above the limit, messages that say so, and messages that become large when they are unpacked.
import { randomUUID } from 'node:crypto';
import type { ClientHttp2Session } from 'node:http2';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type AttackedSolver, memoryAllowance, memoryGrowth, startAttackedSolver } from './attacked-solver.js';
import { soundHeader } from './hostile-fields.js';
import { openSession, rawCall, rawUnary } from './raw-call.js';
import { chunkMessage, framed, headerMessage } from './wire.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

const MiB = 1024 * 1024;
const solvePath = '/astrogate.solver.v1.SolverService/Solve';
const targetPath = '/astrogate.admin.v1.AdminService/RestartTarget';
const capacityPath = '/astrogate.solver.v1.SolverService/GetCapacity';
let solver: AttackedSolver;
let session: ClientHttp2Session;

beforeAll(async () => {
  solver = await startAttackedSolver();
});
beforeEach(async () => {
  session = await openSession(solver.port, solver.authority.cert, solver.apiIdentity);
});
afterEach(() => {
  session.destroy();
});
afterAll(async () => {
  expect(await solver.harm()).toEqual([]);
  expect(await solver.solvesStill()).toBe(true);
  await solver[Symbol.asyncDispose]();
});

/** On a connection of its own: the attack may have cost its sender his. */
async function answers(): Promise<void> {
  const other = await openSession(solver.port, solver.authority.cert, solver.apiIdentity);
  expect(await rawUnary(other, capacityPath, framed(Buffer.alloc(0)))).toMatchObject({ status: 0 });
  other.destroy();
}

describe.each([solvePath, targetPath])('%s', (path) => {
  test.each<[string, () => Buffer]>([
    ['just above the limit', () => framed(Buffer.alloc(272 * 1024 + 1))],
    ['of 1 MiB and a byte', () => framed(Buffer.alloc(MiB + 1))],
    ['that says 4 GiB', () => framed(Buffer.alloc(100), { length: 2 ** 32 - 1 })],
    ['that says 2 GiB', () => framed(Buffer.alloc(100), { length: 2 ** 31 })],
  ])(
    'a message %s is RESOURCE_EXHAUSTED',
    async (_what, bytes) => {
      const growth = await memoryGrowth(solver, async () => {
        expect((await rawUnary(session, path, bytes())).status).toBe(8);
      });
      expect(growth).toBeLessThan(memoryAllowance);
      await answers();
    },
    30_000,
  );
});

test('32 MiB from a sender that does not listen to the refusal are refused, or cost him his stream', async () => {
  const growth = await memoryGrowth(solver, async () => {
    const { status } = await rawUnary(session, solvePath, framed(Buffer.alloc(32 * MiB)));
    expect([8, undefined]).toContain(status);
  });
  expect(growth).toBeLessThan(memoryAllowance);
  await answers();
});

describe('no compressed message is unpacked', () => {
  const plain = Buffer.alloc(MiB);
  test.each<[string, string, () => Buffer]>([
    ['gzip', 'gzip', () => gzipSync(plain)],
    ['deflate', 'deflate', () => deflateSync(plain)],
    ['br', 'br', () => brotliCompressSync(plain)],
    ['gzip in gzip', 'gzip', () => gzipSync(gzipSync(plain))],
    ['gzip that is none', 'gzip', () => Buffer.alloc(100)],
    ['a list', 'gzip,identity', () => gzipSync(plain)],
    ['an empty encoding', '', () => gzipSync(plain)],
    ['another case', 'GZIP', () => gzipSync(plain)],
    ['a name of every object', '__proto__', () => gzipSync(plain)],
  ])('%s', async (_what, encoding, bytes) => {
    for (const path of [solvePath, targetPath]) {
      const ending = await rawUnary(session, path, framed(bytes(), { compressed: true }), {
        'grpc-encoding': encoding,
      });
      expect([ending.status, ending.errorCode]).toEqual([3, 'invalid_request']);
    }
    await answers();
  });

  test('a message that is said to be compressed, in a stream that is not, is read as it stands', async () => {
    const ending = await rawUnary(session, targetPath, framed(gzipSync(plain), { compressed: true }));
    expect([3, 13]).toContain(ending.status);
    await answers();
  });

  test('bombs, many in one frame, in all streams that one may open: memory stays where it is', async () => {
    // Some 300 bytes that become 260 kB, 200 times in 64 kB, behind a header that waits for a slot: a gigabyte.
    const packed = (message: Buffer) => framed(gzipSync(message), { compressed: true });
    const bombs = Array<Buffer>(200).fill(packed(chunkMessage(Buffer.alloc(260_000))));
    const attack = () => Buffer.concat([packed(headerMessage(soundHeader(randomUUID()))), ...bombs]);
    const growth = await memoryGrowth(solver, async () => {
      const calls = Array.from({ length: 60 }, () => rawCall(session, solvePath, { 'grpc-encoding': 'gzip' }));
      for (const { stream } of calls) stream.write(attack());
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      for (const { stream } of calls) stream.close(8);
      await Promise.all(calls.map(({ ending }) => ending));
    });
    // Without the refusal it was above the whole allowance.
    expect(growth).toBeLessThan(memoryAllowance / 2);
    await answers();
  });
});
