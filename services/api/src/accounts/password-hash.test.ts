import { expect, test } from '@jest/globals';
import { Passwords } from './password-hash.js';

test('a password fits its own hash of cost 12 and no other', async () => {
  const passwords = new Passwords();
  const hash = await passwords.hash('violet tractor under seven moons');
  expect(hash).toMatch(/^\$2b\$12\$/);
  expect(await passwords.isRight('violet tractor under seven moons', hash)).toBe(true);
  expect(await passwords.isRight('violet tractor under seven moon', hash)).toBe(false);
  expect(await passwords.isRight('', hash)).toBe(false);
});

test('what bcrypt would cut off is not right', async () => {
  const passwords = new Passwords();
  const longest = 'x'.repeat(72);
  const hash = await passwords.hash(longest);
  expect(await passwords.isRight(longest, hash)).toBe(true);
  expect(await passwords.isRight(`${longest}y`, hash)).toBe(false);
});

test('nobody has a password that is right, not even the one that is compared with', async () => {
  const passwords = new Passwords();
  expect(await passwords.isRight('nobody has this password', undefined)).toBe(false);
  expect(await passwords.isRight('x', undefined)).toBe(false);
});

test('too many at once are refused', async () => {
  const passwords = new Passwords();
  const results = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.isRight('x', undefined)));
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(60 - 34);
  expect(refused[0]).toMatchObject({ reason: { code: 'busy' } });
});
