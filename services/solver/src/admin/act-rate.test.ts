import { describe, expect, test } from '@jest/globals';
import { ActRate, decide, TooManyActs } from './act-rate.js';

/** How many of `moments` (milliseconds, growing) are allowed, and after how long the last refusal wants a new try. */
function run(moments: readonly number[]) {
  let spentUntil = 0;
  let allowed = 0;
  let retryMs: number | undefined;
  for (const now of moments) {
    const decision = decide(spentUntil, now);
    if ('retryMs' in decision) retryMs = decision.retryMs;
    else {
      spentUntil = decision.spentUntil;
      allowed += 1;
    }
  }
  return { allowed, retryMs, spentUntil };
}

describe('acts of one identity', () => {
  test('24 may come at once, the 25th is told to wait 5 s', () => {
    expect(run(Array(24).fill(1e6))).toMatchObject({ allowed: 24, retryMs: undefined });
    expect(run(Array(25).fill(1e6))).toMatchObject({ allowed: 24, retryMs: 5_000 });
  });

  test('after the time that a refusal names the next one is allowed, a millisecond before it is not', () => {
    const { spentUntil } = run(Array(24).fill(1e6));
    expect(decide(spentUntil, 1e6 + 4_999)).toEqual({ retryMs: 1 });
    expect(decide(spentUntil, 1e6 + 5_000)).toHaveProperty('spentUntil');
  });

  test.each([1, 7, 400, 4_999, 5_000])(
    'in an hour, one try every %i ms, there are never more than 24 + 720',
    (step) => {
      const tries = Math.min(3_600_000 / step, 100_000);
      const { allowed } = run(Array.from({ length: tries }, (_, n) => n * step));
      expect(allowed).toBeLessThanOrEqual(24 + Math.ceil((tries * step) / 5_000));
    },
  );
});

test('one identity does not spend what another has', () => {
  const rate = new ActRate(() => 0);
  for (let n = 0; n < 24; n++) rate.take('api');
  expect(() => rate.take('api')).toThrow(TooManyActs);
  rate.take('ops');
});
