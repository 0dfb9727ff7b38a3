import { expect, test } from '@jest/globals';
import { formatDec, formatRa } from '../output/sexagesimal.js';
import { parseDec, parseRa } from './angle.js';

test.each([
  ['84.576', 84.576],
  ['05:38:18.24', 84.576],
  ['5h38m18.24s', 84.576],
  ['5 38 18.24', 84.576],
  ['5h 38m 18.24s', 84.576],
  ['12:30', 187.5],
  ['0', 0],
])('right ascension "%s" is %d degrees', (text, degrees) => {
  expect(parseRa(text)).toBeCloseTo(degrees, 9);
});

test.each([
  ['-2.755', -2.755],
  ['-02:45:18', -2.755],
  ['-2d45m18s', -2.755],
  ['−2°45′18″', -2.755],
  ['-00:30', -0.5],
  ['+90', 90],
])('declination "%s" is %d degrees', (text, degrees) => {
  expect(parseDec(text)).toBeCloseTo(degrees, 9);
});

test.each(['360', '-1', '24:00:00', '5:60', '', 'M31', '1e2', '5:10:60', 'Infinity'])(
  'refuses right ascension "%s"',
  (text) => {
    expect(() => parseRa(text)).toThrow('0 to below 360');
  },
);

test.each(['90.1', '-91', '-90:00:01', '', 'north'])('refuses declination "%s"', (text) => {
  expect(() => parseDec(text)).toThrow('-90 to 90');
});

test('reads back what is printed', () => {
  for (const degrees of [0.1, 12.3456, 84.576, 359.99]) {
    expect(parseRa(formatRa(degrees))).toBeCloseTo(degrees, 4);
    expect(parseDec(formatDec(degrees / 4 - 45))).toBeCloseTo(degrees / 4 - 45, 4);
  }
});
