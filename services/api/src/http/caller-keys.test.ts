import { identifierPattern } from '@astrogate/proto';
import { expect, test } from '@jest/globals';
import { CallerKeys } from './caller-keys.js';

const keys = new CallerKeys();

test('an address has one key, which the contract takes and which does not show the address', () => {
  const key = keys.of('192.0.2.7');
  expect(keys.of('192.0.2.7')).toBe(key);
  expect(key).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(key).toMatch(identifierPattern);
});

test.each([
  ['192.0.2.7', '::ffff:192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::9'],
  ['2001:db8::1', '2001:db8:0:0:ffff::'],
  ['fe80::1', 'fe80::2%eth0'],
  ['::1', '::2'],
])('%s and %s are one caller', (one, other) => {
  expect(keys.of(one)).toBe(keys.of(other));
});

test.each([
  ['192.0.2.7', '192.0.2.8'],
  ['2001:db8:1:2::1', '2001:db8:1:3::1'],
  ['2001:db8::1', '2001:db8:0:1::1'],
])('%s and %s are two', (one, other) => {
  expect(keys.of(one)).not.toBe(keys.of(other));
});

test('another process makes another key, and no address makes none', () => {
  expect(new CallerKeys().of('192.0.2.7')).not.toBe(keys.of('192.0.2.7'));
  expect(keys.of(undefined)).toBe('');
});
