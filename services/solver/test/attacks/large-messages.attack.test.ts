// Messages above the limit, messages that say so, and messages that become large when they are unpacked.
import type { ClientHttp2Session } from 'node:http2';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type AttackedSolver, memoryAllowance, memoryGrowth, startAttackedSolver } from './attacked-solver.js';
import { openSession, rawCall, rawUnary } from './raw-call.js';
import { framed } from './wire.js';

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
  session = await openSession(solver.port, solver.authority.cert, solver.apiIdentity);
});
afterAll(async () => {
  expect(await solver.harm()).toEqual([]);
  expect(await solver.solvesStill()).toBe(true);
  session.destroy();
  await solver[Symbol.asyncDispose]();
}, 90_000);

const answers = async () =>
  expect(await rawUnary(session, capacityPath, framed(Buffer.alloc(0)))).toMatchObject({ status: 0 });

describe.each([solvePath, targetPath])('%s', (path) => {
  test.each<[string, () => Buffer]>([
    ['just above the limit', () => framed(Buffer.alloc(272 * 1024 + 1))],
    ['of 1 MiB and a byte', () => framed(Buffer.alloc(MiB + 1))],
    ['of 32 MiB', () => framed(Buffer.alloc(32 * MiB))],
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
    // 303 bytes that become 270 kB, 220 times in 64 kB: a gigabyte for eighty streams.
    const bombs = Buffer.concat(Array(220).fill(framed(gzipSync(Buffer.alloc(270 * 1024)), { compressed: true })));
    const growth = await memoryGrowth(solver, async () => {
      const calls = Array.from({ length: 80 }, () => rawCall(session, solvePath, { 'grpc-encoding': 'gzip' }));
      for (const { stream } of calls) stream.write(bombs);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      for (const { stream } of calls) stream.close(8);
      await Promise.all(calls.map(({ ending }) => ending));
    });
    expect(growth).toBeLessThan(memoryAllowance);
    await answers();
  });
});
