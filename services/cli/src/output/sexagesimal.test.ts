import { expect, test } from '@jest/globals';
import { formatDec, formatRa } from './sexagesimal.js';

test.each([
  [0, '00:00:00.00'],
  [84.576, '05:38:18.24'],
  [15, '01:00:00.00'],
  // 59.9999 s is the next minute, the next hour, and the next day.
  [(59.9999 / 3600) * 15, '00:01:00.00'],
  [(3599.9999 / 3600) * 15, '01:00:00.00'],
  [359.9999999, '00:00:00.00'],
  [359.9999, '23:59:59.98'],
])('right ascension %d is %s', (degrees, text) => {
  expect(formatRa(degrees)).toBe(text);
});

test.each([
  [0, '+00:00:00.0'],
  [-0, '+00:00:00.0'],
  [-2.755, '-02:45:18.0'],
  [-0.5, '-00:30:00.0'],
  [-0.00001, '+00:00:00.0'],
  [-0.0001, '-00:00:00.4'],
  [59.9999 / 3600, '+00:01:00.0'],
  [-3599.9999 / 3600, '-01:00:00.0'],
  [89.99999999, '+90:00:00.0'],
  [-90, '-90:00:00.0'],
])('declination %d is %s', (degrees, text) => {
  expect(formatDec(degrees)).toBe(text);
});
