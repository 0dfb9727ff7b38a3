import { expect, test } from '@jest/globals';
import { parseSolverAddress, placeKey, placesOf } from './solver-address.js';

test.each([
  ['solver:7443', { host: 'solver', port: 7443 }],
  ['10.0.0.3:1', { host: '10.0.0.3', port: 1 }],
  ['[::1]:7443', { host: '::1', port: 7443 }],
])('reads %s', (text, address) => {
  expect(parseSolverAddress(text)).toEqual(address);
});

test.each<[string, string[], string[][]]>([
  ['nothing: no solver', [], []],
  ['one address: one solver', ['10.0.0.3'], [['10.0.0.3']]],
  ['one of each family: one solver with two ways to it', ['fd00::3', '10.0.0.3'], [['10.0.0.3', 'fd00::3']]],
  ['two: two solvers, in whatever order they came', ['10.0.0.4', '10.0.0.3'], [['10.0.0.3'], ['10.0.0.4']]],
  ['the same twice: one solver', ['10.0.0.3', '10.0.0.3'], [['10.0.0.3']]],
  ['two of each family: two solvers', ['fd00::3', '10.0.0.3', 'fd00::4', '10.0.0.4'], [['10.0.0.3'], ['10.0.0.4']]],
  ['more of the other family: as many', ['fd00::3', '10.0.0.3', 'fd00::4'], [['fd00::3'], ['fd00::4']]],
])('a name that resolves to %s', (_name, addresses, places) => {
  const found = placesOf('solver:7443', addresses);
  expect(found.map((place) => place.addresses)).toEqual(places);
  for (const place of found) expect(place).toMatchObject({ name: 'solver:7443', port: 7443 });
});

test('a place is told by its name and addresses', () => {
  expect(placeKey({ name: 'solver:7443', port: 7443, addresses: ['10.0.0.3', 'fd00::3'] })).toBe(
    'solver:7443 at 10.0.0.3, fd00::3',
  );
});
