import { expect, test } from '@jest/globals';
import { sumCapacity, uniteIndexes } from './pool-capacity.js';

const answer = { slots: 2, running: 1, waiting: 3, maxWaiting: 64, accepting: true, maxUploadBytes: 50 };

test('capacity is the sum of those that take attempts, and the smallest upload limit', () => {
  const large = { slots: 8, running: 5, waiting: 0, maxWaiting: 10, accepting: true, maxUploadBytes: 90 };
  const draining = { ...large, accepting: false, maxUploadBytes: 1 };
  const sum = { slots: 10, running: 6, waiting: 3, maxWaiting: 74, accepting: true, maxUploadBytes: 50 };
  expect(sumCapacity([answer, draining, large])).toEqual(sum);
});

test('when none takes attempts, the sum says so', () => {
  const draining = { ...answer, accepting: false };
  expect(sumCapacity([draining, draining])).toMatchObject({ slots: 4, running: 2, accepting: false });
});

test('indexes are those that any solver has, once', () => {
  const index = (name: string) => ({ name, indexId: 1, scaleLow: 1, scaleHigh: 2, sizeBytes: 3 });
  expect(uniteIndexes([[index('a'), index('b')], [index('b'), index('c')], []]).map(({ name }) => name)).toEqual([
    'a',
    'b',
    'c',
  ]);
});
