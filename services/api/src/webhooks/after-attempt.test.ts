import { expect, test } from '@jest/globals';
import { afterAttempt } from './after-attempt.js';
import { mostAttempts } from './retry-schedule.js';

const when = { now: new Date(1_000_000), random: 0.5 };
const failed = { delivered: false, again: true, reason: 'status 503' } as const;

test('what was taken is delivered', () => {
  expect(afterAttempt({ delivered: true, status: 204 }, 3, when)).toEqual({ state: 'delivered' });
});

test('what failed is sent again, later each time, and given up after the last attempt', () => {
  expect(afterAttempt(failed, 1, when)).toEqual({
    ...{ state: 'pending', reason: 'status 503', nextAt: new Date(1_005_000) },
  });
  expect(afterAttempt(failed, mostAttempts - 1, when)).toMatchObject({ nextAt: new Date(1_000_000 + 5 * 3_600_000) });
  for (const attempt of [mostAttempts, mostAttempts + 1])
    expect(afterAttempt(failed, attempt, when)).toEqual({ state: 'given_up', reason: 'status 503' });
});

test('a receiver that asks for more time gets it', () => {
  expect(afterAttempt({ ...failed, askedMs: 60_000 }, 1, when)).toMatchObject({ nextAt: new Date(1_060_000) });
});

test('what cannot pass is given up at once', () => {
  const refused = { delivered: false, again: false, reason: 'refused_address' } as const;
  expect(afterAttempt(refused, 1, when)).toEqual({ state: 'given_up', reason: 'refused_address' });
});
