import { expect, test } from '@jest/globals';
import { preferredWait } from './prefer.js';

test.each([
  [undefined, undefined],
  ['', undefined],
  ['wait=10', 10],
  ['respond-async, WAIT=10', 10],
  ['wait="7"; foo=bar', 7],
  ['wait=0', 0],
  ['wait=99999', 55],
  ['wait=-1', undefined],
  ['wait=1.5', undefined],
  ['wait', undefined],
  ['await=3', undefined],
])('%j asks for %j seconds', (header, seconds) => {
  expect(preferredWait(header)).toBe(seconds);
});
