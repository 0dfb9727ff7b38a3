import { expect, test } from '@jest/globals';
import { workingMs } from './deadline.js';

test.each([
  [1, 500],
  [5, 4500],
  [10, 9000],
  [60, 58_500],
  [600, 598_500],
])('of %d seconds %d ms are for work, the rest for the answer', (maxSeconds, ms) => {
  expect(workingMs(maxSeconds)).toBe(ms);
});
