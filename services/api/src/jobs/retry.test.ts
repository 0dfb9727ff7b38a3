import { AstrogateError, type ErrorCode } from '@astrogate/proto';
import { expect, test } from '@jest/globals';
import { isBroken, maxBroken, pauseBeforeNext } from './retry.js';

const failed = (code: ErrorCode, parts: Partial<Parameters<typeof pauseBeforeNext>[0]> = {}) => ({
  error: new AstrogateError(code),
  wasAccepted: false,
  attempt: 1,
  broken: 0,
  triedMs: 0,
  retryMs: 1000,
  ...parts,
});

test('an attempt that found no solver or no slot is made again, ever later, as long as the job may look', () => {
  const pauses = [1, 2, 3, 5, 6, 7, 5000].map((attempt) => pauseBeforeNext(failed('busy', { attempt })));
  expect(pauses).toEqual([250, 500, 1000, 4000, 8000, 8000, 8000]);
  expect(pauseBeforeNext(failed('solver_unavailable', { triedMs: 999 }))).toBe(250);
  expect(pauseBeforeNext(failed('solver_unavailable', { triedMs: 1000 }))).toBeUndefined();
});

test('an attempt that was lost after it had been accepted is made again, but not for ever', () => {
  const lost = [0, 1, 2, 3, 4].map((broken) =>
    pauseBeforeNext(failed('sandbox_unavailable', { wasAccepted: true, broken, triedMs: 1e9, attempt: 40 })),
  );
  expect(lost).toEqual([250, 500, 1000, 2000, undefined]);
  expect(maxBroken).toBe(5);
});

test('an attempt whose upload could not be read costs nothing, however far it came', () => {
  const away = (parts: object) => failed('storage_unavailable', { wasAccepted: true, attempt: 3, broken: 4, ...parts });
  expect([isBroken(away({})), pauseBeforeNext(away({ triedMs: 999 }))]).toEqual([false, 1000]);
  expect(pauseBeforeNext(away({ triedMs: 1000 }))).toBeUndefined();
  expect(isBroken(failed('solver_unavailable', { wasAccepted: true }))).toBe(true);
});

test.each<ErrorCode>([
  'upload_lost',
  'timeout',
  'internal',
  'memory_limit',
  'solver_failed',
  'image_unreadable',
  'cancelled',
])('%s is not tried again', (code) => {
  for (const wasAccepted of [true, false]) expect(pauseBeforeNext(failed(code, { wasAccepted }))).toBeUndefined();
});
