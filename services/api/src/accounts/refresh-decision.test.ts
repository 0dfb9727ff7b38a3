import { expect, test } from '@jest/globals';
import { decideRefresh } from './refresh-decision.js';

const good = { isUsed: false, isExpired: false, isOver: false };

test('a token is taken once; shown again it is in two hands, even when it has lapsed meanwhile', () => {
  expect(decideRefresh(good)).toBe('rotate');
  expect(decideRefresh({ ...good, isUsed: true })).toBe('reuse');
  expect(decideRefresh({ ...good, isUsed: true, isExpired: true })).toBe('reuse');
});

test('one that nobody knows, that has lapsed or whose session is over is refused', () => {
  expect(decideRefresh(undefined)).toBe('refuse');
  expect(decideRefresh({ ...good, isExpired: true })).toBe('refuse');
  expect(decideRefresh({ ...good, isUsed: true, isOver: true })).toBe('refuse');
});
