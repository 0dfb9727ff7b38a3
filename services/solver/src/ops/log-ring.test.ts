import { expect, test } from '@jest/globals';
import { LogRing } from './log-ring.js';

test('keeps the last lines, cut to their longest length, and tells followers', () => {
  const ring = new LogRing(3);
  const followed: string[] = [];
  const stop = ring.follow((line) => followed.push(line));
  for (const line of ['a\n', 'b\n', 'c\n', `${'d'.repeat(20_000)}\n`]) ring.write(line);
  stop();
  ring.write('e\n');
  expect(ring.last(0)).toEqual([]);
  expect(ring.last(2)).toEqual(['d'.repeat(16_384), 'e']);
  expect(ring.last(100)).toEqual(['c', 'd'.repeat(16_384), 'e']);
  expect(followed).toHaveLength(4);
});
