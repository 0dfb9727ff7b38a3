import { expect, test } from '@jest/globals';
import { daysLeft, isRenewalDue } from './renewal.js';

const now = new Date('2026-06-01T00:00:00Z');
const days = (count: number) => new Date(now.getTime() + count * 86_400_000);

test.each([
  ['fresh', -1, 89, false],
  ['31 days left of 90', -59, 31, false],
  ['a little more than 30 days left', -59, 30.001, false],
  ['a little less than 30 days left', -61, 29.999, true],
  ['a day left', -89, 1, true],
  ['expired', -100, -10, true],
  // A third of its life counts, or it would be made anew on its first day.
  ['made just now for 20 days', 0, 20, false],
  ['7 of 20 days left', -13, 7, false],
  ['6 of 20 days left', -14, 6, true],
  ['a year, 40 days left', -325, 40, false],
])('%s, with a threshold of 30 days', (_what, from, to, isDue) => {
  expect(isRenewalDue({ notBefore: days(from), notAfter: days(to) }, now, 30)).toBe(isDue);
});

test('days are counted as they are', () => {
  expect(daysLeft({ notAfter: days(1.5) }, now)).toBe(1.5);
  expect(daysLeft({ notAfter: days(-2) }, now)).toBe(-2);
});
