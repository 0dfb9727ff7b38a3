import { expect, test } from '@jest/globals';
import { nextStep } from './token.js';

const token = { value: 'secret', since: 1_000_000, leaseMs: 600_000, renewable: true };

test.each([
  [0, 'use'],
  [399_999, 'use'],
  [400_000, 'renew'],
  [594_999, 'renew'],
  [595_000, 'login'],
  [10_000_000, 'login'],
])('a token of ten minutes, %i ms old: %s', (age, step) => {
  expect(nextStep(token, token.since + age)).toBe(step);
});

test('without a token we log in; one that cannot be renewed is replaced; one without an end is used', () => {
  expect(nextStep(undefined, 0)).toBe('login');
  expect(nextStep({ ...token, renewable: false }, token.since + 400_000)).toBe('login');
  expect(nextStep({ ...token, leaseMs: 0 }, token.since + 10_000_000)).toBe('use');
});
