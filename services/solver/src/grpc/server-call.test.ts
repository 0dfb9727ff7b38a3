import { expect, test } from '@jest/globals';
import { peerIdentity, peerOf } from './server-call.js';

test('a peer whose connection was cut just now has no identity, and asking for it harms nobody', () => {
  const cut = {
    getAuthContext: () => {
      throw new TypeError("Cannot read properties of null (reading 'raw')");
    },
  };
  expect(peerIdentity(cut)).toBeUndefined();
  expect(peerOf(cut)).toBe('none');
  expect(peerIdentity({ getAuthContext: () => ({}) })).toBeUndefined();
});
