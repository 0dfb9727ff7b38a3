import { identifierPattern } from '@astrogate/proto';
import { describe, expect, test } from '@jest/globals';
import type { Request } from 'express';
import { CallerKeys } from './caller-keys.js';

const keys = new CallerKeys(Buffer.alloc(32, 1));

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

test('another secret makes another key, the same one the same, and no address makes none', () => {
  expect(new CallerKeys(Buffer.alloc(32, 2)).of('192.0.2.7')).not.toBe(keys.of('192.0.2.7'));
  expect(new CallerKeys(Buffer.alloc(32, 1)).of('192.0.2.7')).toBe(keys.of('192.0.2.7'));
  expect(keys.of(undefined)).toBe('');
});

/** A fake of a request: it has this header and no other. */
const request = (secret?: string) => ({ get: () => secret }) as unknown as Request;

describe('an owner', () => {
  const secret = 'a'.repeat(32);

  test('has a key that no address has and that does not show the secret', () => {
    const key = keys.ofOwner(request(secret));
    expect(key).toMatch(identifierPattern);
    expect(key).not.toContain('aaa');
    expect(key).not.toBe(keys.of(secret));
    expect(keys.demandOwner(request(secret))).toBe(key);
    expect(keys.ofOwner(request('b'.repeat(32)))).not.toBe(key);
  });

  test('has none without a secret, and then cannot list', () => {
    expect(keys.ofOwner(request())).toBeUndefined();
    expect(() => keys.demandOwner(request())).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
  });

  test.each(['', 'short', 'a'.repeat(31), 'a'.repeat(129), `${secret} `, `${secret};`])(
    'does not have %j for a secret, and it is not repeated in the error',
    (wrong) => {
      expect(() => keys.ofOwner(request(wrong))).toThrow('Astrogate-Owner is "(not shown)"; allowed: 32 to 128');
    },
  );
});
