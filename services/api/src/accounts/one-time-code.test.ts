import { expect, test } from '@jest/globals';
import { Secret } from 'otpauth';
import { codeUri, newCodeSecret, newRecoveryCode, recoveryPattern, stepOfCode } from './one-time-code.js';

// RFC 6238, appendix B; the last six of its eight digits.
const secret = new Secret({ buffer: new TextEncoder().encode('12345678901234567890').buffer as ArrayBuffer }).base32;
const at = (seconds: number) => new Date(seconds * 1000);

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_234_567_890, '005924'],
  [20_000_000_000, '353130'],
])('at %d s the code of RFC 6238 is right', (seconds, code) => {
  expect(stepOfCode(secret, code, at(seconds))).toBe(Math.floor(seconds / 30));
});

test('the neighbours are taken with their own step, further ones are not', () => {
  expect(stepOfCode(secret, '287082', at(59 + 30))).toBe(1);
  expect(stepOfCode(secret, '287082', at(59 + 60))).toBeUndefined();
  expect(stepOfCode(secret, '287083', at(59))).toBeUndefined();
  expect(stepOfCode(secret, ' 287082', at(59))).toBeUndefined();
});

test('an app is told where the code belongs', () => {
  expect(codeUri(newCodeSecret(), 'ada')).toMatch(/^otpauth:\/\/totp\/Astrogate:ada\?.*secret=[A-Z2-7]{32}&/);
});

test('recovery codes are readable and differ', () => {
  expect(newRecoveryCode()).toMatch(recoveryPattern);
  expect(newRecoveryCode()).not.toBe(newRecoveryCode());
});
