import { expect, test } from '@jest/globals';
import { file, integer, list, oneOf, readVariables, text } from './variables.js';

const table = {
  T_PORT: integer({ min: 1, max: 65_535, default: '8080', doc: 'port' }),
  T_LEVEL: oneOf({ values: ['info', 'debug'], default: 'info', doc: 'level' }),
  T_NAME: text({ doc: 'name', pattern: /^[a-z]+$/, range: 'a-z' }),
  T_LIST: list({ default: '', doc: 'list' }),
};

test('applies defaults and parses', () => {
  expect(readVariables(table, 'T_', { T_NAME: 'x', T_LIST: 'a, b', OTHER: '1' })).toEqual({
    T_PORT: 8080,
    T_LEVEL: 'info',
    T_NAME: 'x',
    T_LIST: ['a', 'b'],
  });
});

test.each([
  [{ T_NAME: 'x', T_PORT: '0' }, 'T_PORT is not a whole number in range; allowed: 1…65535'],
  [{ T_NAME: 'x', T_PORT: '1e3' }, 'T_PORT is not a whole number in range; allowed: 1…65535'],
  [{ T_NAME: 'SECRET' }, 'T_NAME has the wrong form; allowed: a-z'],
  [{ T_NAME: 'x', T_LEVEL: 'loud' }, 'T_LEVEL is not one of the allowed values; allowed: info | debug'],
  [{}, 'T_NAME must be set: name (a-z)'],
  [{ T_NAME: '' }, 'T_NAME must be set: name (a-z)'],
  [{ T_NAME: 'x', T_PROT: '1' }, 'T_PROT is not a known variable'],
])('refuses %j and does not repeat the value', (env, message) => {
  expect(() => readVariables(table, 'T_', env)).toThrow(message);
});

test('a file must be readable', () => {
  expect(() => readVariables({ T_KEY: file({ doc: 'key' }) }, 'T_', { T_KEY: '/does/not/exist' })).toThrow(
    'T_KEY cannot be read (ENOENT)',
  );
});
