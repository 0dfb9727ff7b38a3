import { expect, test } from '@jest/globals';
import { OpenCalls } from './open-calls.js';

test('each identity has its own places, and gets one back when a call ends', () => {
  const calls = new OpenCalls(2);
  expect([calls.enter('api'), calls.enter('api'), calls.enter('api')]).toEqual([true, true, false]);
  expect(calls.enter('ops')).toBe(true);
  calls.leave('api');
  expect([calls.enter('api'), calls.enter('api')]).toEqual([true, false]);
});

test('a call that ends after all others does not make room for two', () => {
  const calls = new OpenCalls(1);
  calls.leave('api');
  expect([calls.enter('api'), calls.enter('api')]).toEqual([true, false]);
});
