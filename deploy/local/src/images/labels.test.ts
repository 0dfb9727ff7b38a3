import { expect, test } from '@jest/globals';
import { sourceUrl } from './labels.js';

test.each([
  [undefined, undefined],
  [{}, undefined],
  ['https://example.org/a/b', 'https://example.org/a/b'],
  [{ url: 'git+https://example.org/a/b.git' }, 'https://example.org/a/b'],
  ['github:a/b', undefined],
  ['git@example.org:a/b.git', undefined],
])('repository %j: source %s', (repository, source) => {
  expect(sourceUrl(repository)).toBe(source);
});
