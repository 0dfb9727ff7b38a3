import { expect, test } from '@jest/globals';
import { Tally } from './tally.js';

test('an attempt counts once: solved, not solved, or failed with or without an outcome', () => {
  const tally = new Tally();
  tally.count({ solution: {} });
  tally.count({ notSolved: {} });
  tally.count({ failure: { code: 'timeout' } });
  tally.count(undefined);
  expect(tally).toEqual({ solved: 1, notSolved: 1, failed: 2 });
});
