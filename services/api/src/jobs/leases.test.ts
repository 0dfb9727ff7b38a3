import { createLogger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Hold } from './job-store.js';
import { Leases } from './leases.js';

const leaseMs = 10_000;
const log = createLogger('api', 'silent');
let answer: (holds: readonly Hold[]) => Promise<ReadonlySet<string>>;
let leases: Leases;
let lost: string[];

beforeEach(() => {
  jest.useFakeTimers();
  lost = [];
  answer = async (holds) => new Set(holds.map(({ id }) => id));
  leases = new Leases({ leaseMs, renew: (holds) => answer(holds) }, log);
  for (const id of ['a', 'b']) leases.add({ id, attempt: 1 }, performance.now(), () => lost.push(id));
});
afterEach(() => {
  leases.close();
  jest.useRealTimers();
});

test('leases that are renewed last', async () => {
  await jest.advanceTimersByTimeAsync(60_000);
  expect(lost).toEqual([]);
});

test('an attempt whose job is somebody else’s by now is given up', async () => {
  answer = async () => new Set(['b']);
  await jest.advanceTimersByTimeAsync(3_000);
  expect(lost).toEqual(['a']);
});

test('while the database is away, attempts are given up before their leases lapse', async () => {
  await jest.advanceTimersByTimeAsync(5_000);
  answer = async () => {
    throw new AstrogateError('storage_unavailable');
  };
  await jest.advanceTimersByTimeAsync(5_000);
  expect(lost).toEqual([]);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(lost).toEqual(['a', 'b']);
});

test.each([0, 100, 600, 900, 1_100, 1_900, 2_400, 2_600])(
  'whenever it was taken: %i ms after a look',
  async (phase) => {
    await jest.advanceTimersByTimeAsync(phase);
    answer = () => new Promise(() => {});
    const begin = performance.now();
    let lostAt = Number.POSITIVE_INFINITY;
    leases.add({ id: 'c', attempt: 1 }, begin, () => {
      lostAt = performance.now();
    });
    await jest.advanceTimersByTimeAsync(12_000);
    expect(lostAt - begin).toBeLessThan(leaseMs - 1_000);
    expect(lostAt - begin).toBeGreaterThan(leaseMs / 2);
  },
);

test('a database that does not answer at all does not keep them', async () => {
  answer = () => new Promise(() => {});
  await jest.advanceTimersByTimeAsync(leaseMs);
  expect(lost).toEqual(['a', 'b']);
});

test('an attempt that has ended is not missed', async () => {
  leases.drop('a');
  answer = async () => new Set();
  await jest.advanceTimersByTimeAsync(3_000);
  expect(lost).toEqual(['b']);
});
