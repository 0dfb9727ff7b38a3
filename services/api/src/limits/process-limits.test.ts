import { describe, expect, test } from '@jest/globals';
import { toTaken } from './budget.js';
import { ProcessLimits } from './process-limits.js';

const budget = { count: 5, seconds: 50 };
/** Limits with a clock that stands. */
function limitsAt(start = 0) {
  const clock = { ms: start };
  return { clock, limits: new ProcessLimits(() => clock.ms) };
}

describe('limits in the process', () => {
  test('allow as many at once as there is room, then one per step', () => {
    const { clock, limits } = limitsAt();
    const taken = Array.from({ length: 7 }, () => limits.take('k', budget));
    expect(taken.map(({ isAllowed }) => isAllowed)).toEqual([true, true, true, true, true, false, false]);
    expect(taken.map(({ remaining }) => remaining)).toEqual([4, 3, 2, 1, 0, 0, 0]);
    expect(taken.at(-1)).toMatchObject({ resetMs: 50_000, retryMs: 10_000 });
    clock.ms = 9_999;
    expect(limits.take('k', budget)).toMatchObject({ isAllowed: false, retryMs: 1 });
    clock.ms = 10_000;
    expect(limits.take('k', budget).isAllowed).toBe(true);
    expect(limits.take('k', budget).isAllowed).toBe(false);
    expect(limits.take('another', budget).isAllowed).toBe(true);
  });

  test('never save up more than there was room', () => {
    const { clock, limits } = limitsAt();
    limits.take('k', budget);
    clock.ms = 10 ** 9;
    const taken = Array.from({ length: 7 }, () => limits.take('k', budget).isAllowed);
    expect(taken.filter(Boolean)).toHaveLength(5);
  });

  test('allow no more than twice the count in any stretch of the seconds', () => {
    const { clock, limits } = limitsAt();
    const allowedAt: number[] = [];
    for (; clock.ms < 500_000; clock.ms += 137) if (limits.take('k', budget).isAllowed) allowedAt.push(clock.ms);
    for (const from of allowedAt) {
      const inWindow = allowedAt.filter((at) => at >= from && at < from + 50_000);
      expect(inWindow.length).toBeLessThanOrEqual(10);
    }
    expect(allowedAt.length).toBeGreaterThanOrEqual(50);
  });

  test('know a bounded number of keys', () => {
    const { limits } = limitsAt();
    for (let i = 0; i < 5; i++) limits.take('first', budget);
    for (let i = 0; i < 20_000; i++) limits.take(`key ${i}`, budget);
    // The oldest is forgotten, which is what an attacker with so many addresses has gained.
    expect(limits.take('first', budget).isAllowed).toBe(true);
    expect(limits.take('key 19999', budget).remaining).toBe(3);
  });
});

test('a refusal always says to wait, and an allowed one at most that nothing is left', () => {
  expect(toTaken(false, 50_000, budget).retryMs).toBe(10_000);
  expect(toTaken(false, 0, budget)).toMatchObject({ remaining: 0 });
  expect(toTaken(true, 50_000, budget)).toMatchObject({ remaining: 0, retryMs: 10_000 });
  expect(toTaken(true, 10_000, budget)).toMatchObject({ remaining: 4, retryMs: 0, resetMs: 10_000 });
});
