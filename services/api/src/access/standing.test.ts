import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Principal } from './principal.js';
import { watchStanding } from './standing.js';

const ada: Principal = {
  ...({ kind: 'user', userId: 'u1', name: 'ada', role: 'viewer' } as const),
  ...{ isSuperuser: false, sessionId: 's1' },
};

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('a stream ends within a look when the session has ended, and not while the database is away', async () => {
  let answer = async () => true;
  const accounts = { isStill: () => answer() };
  const standing = watchStanding({ accounts }, ada);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(standing.over.aborted).toBe(false);
  answer = async () => {
    throw new Error('away');
  };
  await jest.advanceTimersByTimeAsync(60_000);
  expect(standing.over.aborted).toBe(false);
  answer = async () => false;
  await jest.advanceTimersByTimeAsync(20_000);
  expect(standing.over.aborted).toBe(true);
  standing[Symbol.dispose]();
});

test('nobody is looked at who has left, or who has no account', async () => {
  const isStill = jest.fn(async () => true);
  watchStanding({ accounts: { isStill } }, { kind: 'anonymous', callerKey: 'c' });
  watchStanding({ accounts: { isStill } }, ada)[Symbol.dispose]();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(isStill).not.toHaveBeenCalled();
});
