import { expect, test } from '@jest/globals';
import { Denied } from './denied.js';
import { ServedInstance } from './served-instance.js';

test('who comes first is served, and nobody else', () => {
  const served = new ServedInstance();
  expect(served.id).toBeUndefined();
  served.claim('a');
  served.claim('a');
  expect(() => served.claim('b')).toThrow(Denied);
  expect(served.id).toBe('a');
});
