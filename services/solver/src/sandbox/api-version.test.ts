import { ConfigError } from '@astrogate/common';
import { expect, test } from '@jest/globals';
import { chooseApiVersion } from './api-version.js';

test.each([
  ['1.12', '1.41', '1.41'],
  ['1.24', '1.51', '1.41'],
  ['1.41', '1.41', '1.41'],
  ['1.44', '1.52', '1.44'],
])('an engine that speaks %s to %s is spoken to in %s', (MinAPIVersion, ApiVersion, chosen) => {
  expect(chooseApiVersion({ MinAPIVersion, ApiVersion })).toBe(chosen);
});

test.each([
  ['1.12', '1.40'],
  ['1.12', '2.0'],
  ['', '1.41'],
  ['1.41/../x', '1.52'],
])('refuses an engine that speaks %j to %j', (MinAPIVersion, ApiVersion) => {
  const choose = () => chooseApiVersion({ MinAPIVersion, ApiVersion });
  expect(choose).toThrow(ConfigError);
  expect(choose).toThrow('speaks API');
});
