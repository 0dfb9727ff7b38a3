import { expect, test } from '@jest/globals';
import { withhold } from './withhold.js';

const gift = { unseal_keys: ['aaaaaaaaaa', 'aaaaaaaaaa-longer'], token: 'tok"en\\1', short: 'on' };

test('what was given stands nowhere, however deep', () => {
  const said = { 'key aaaaaaaaaa': ['x aaaaaaaaaa-longer y', { deep: 'tok"en\\1 and aaaaaaaaaa', n: 1, none: null }] };
  expect(withhold(said, gift)).toEqual({
    'key [withheld]': ['x [withheld] y', { deep: '[withheld] and [withheld]', n: 1, none: null }],
  });
});

test('words and what was not given stay', () => {
  expect(withhold('turned on', gift)).toBe('turned on');
  expect(withhold({ a: ['b'] }, undefined)).toEqual({ a: ['b'] });
});
