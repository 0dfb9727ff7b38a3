import { expect, test } from '@jest/globals';
import { rehearse } from './rehearsal.js';

test('the rehearsal goes the whole way to a solution of its made-up sky', async () => {
  const solution = await rehearse();
  expect(solution.pixelScale).toBeCloseTo(36, 0);
  expect(solution.matched.length).toBeGreaterThan(100);
});
