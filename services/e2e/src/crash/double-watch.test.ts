import { expect, test } from '@jest/globals';
import { repeated } from './double-watch.js';

test('a job at which two sandboxes work is seen, warm sandboxes are not', () => {
  expect(repeated(['a', 'b', '', 'a', '', 'c', 'a'])).toEqual(['a']);
  expect(repeated(['', '', 'a'])).toEqual([]);
});
