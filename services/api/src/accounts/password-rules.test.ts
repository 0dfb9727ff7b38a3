import { expect, test } from '@jest/globals';
import { checkPassword } from './password-rules.js';

const reason = (password: string, known: string[] = []) =>
  checkPassword(password, known).then(
    () => 'taken',
    (error) => `${error.code}: ${error.message}`,
  );

test('more than 72 bytes are refused and not cut off', async () => {
  expect(await reason('long unguessable rope of words '.repeat(3))).toMatch(/^weak_password: .*93 bytes; at most 72/);
  // 25 characters, but 75 bytes.
  expect(await reason('€'.repeat(25))).toMatch(/75 bytes/);
});

test('what a guesser tries first is refused', async () => {
  expect(await reason('short1!')).toMatch(/at least 10 characters/);
  expect(await reason('Password123!')).toMatch(/too easy to guess/);
  expect(await reason('qwertyuiop')).toMatch(/too easy to guess/);
  expect(await reason('adalovelace', ['adalovelace'])).toMatch(/too easy to guess/);
});

test('a rope of words is taken', async () => {
  expect(await reason('violet tractor under seven moons')).toBe('taken');
});
