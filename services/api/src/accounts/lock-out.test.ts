import { expect, test } from '@jest/globals';
import { lockSeconds } from './lock-out.js';

test('four wrong tries are free, then each costs twice as long, to a quarter of an hour', () => {
  expect([0, 1, 4, 5, 6, 7, 10, 11, 12, 10_000].map(lockSeconds)).toEqual([0, 0, 0, 15, 30, 60, 480, 900, 900, 900]);
});
