import { expect, test } from '@jest/globals';
import { mostAttempts, pauseAfter } from './retry-schedule.js';

const pauses = (random: number) =>
  Array.from({ length: mostAttempts - 1 }, (_, at) => pauseAfter(at + 1, { random }) ?? Number.NaN);
const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);

test('pauses grow, for about nine hours, and then there are no more', () => {
  const middle = pauses(0.5);
  expect(middle[0]).toBe(5000);
  expect(middle).toEqual([...middle].sort((a, b) => a - b));
  expect(sum(middle) / 3_600_000).toBeCloseTo(8.71, 2);
  expect(pauseAfter(mostAttempts, { random: 0.5 })).toBeUndefined();
  expect(pauseAfter(mostAttempts, { random: 0.5, askedMs: 1000 })).toBeUndefined();
});

test('each pause lies within a fifth of its own length', () => {
  for (const random of [0, 0.25, 0.999_999]) {
    for (const [at, pause] of pauses(random).entries()) {
      const middle = pauses(0.5)[at] as number;
      expect(Math.abs(pause - middle)).toBeLessThanOrEqual(middle / 5);
    }
  }
  expect(pauseAfter(1, { random: 0 })).toBe(4000);
  expect(pauseAfter(1, { random: 0.75 })).toBe(5500);
});

test('a receiver may ask for more time, not for less, and not for ever', () => {
  expect(pauseAfter(1, { random: 0.5, askedMs: 60_000 })).toBe(60_000);
  expect(pauseAfter(1, { random: 0.5, askedMs: 1 })).toBe(5000);
  expect(pauseAfter(1, { random: 0.5, askedMs: 1e12 })).toBe(5 * 3_600_000);
});
