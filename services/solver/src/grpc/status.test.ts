import { AstrogateError, type ErrorCode, errorTable } from '@astrogate/proto';
import { status } from '@grpc/grpc-js';
import { expect, test } from '@jest/globals';
import { timeLeft } from './deadline.js';
import { toStatus, toStatusError } from './status.js';

test.each(Object.keys(errorTable) as ErrorCode[])('%s has the status of the table and its code as trailer', (code) => {
  const { code: number, metadata } = toStatus(new AstrogateError(code));
  expect(status[number]).toBe(errorTable[code].grpc);
  expect(metadata.get('error-code')).toEqual([code]);
});

test.each([new Error('connect /var/run/docker.sock: secret'), 'secret', undefined, new TypeError('secret')])(
  'nothing of a foreign error leaves: %p',
  (error) => {
    const sent = toStatusError(error);
    expect([sent.code, sent.details, sent.message]).toEqual([
      status.INTERNAL,
      'Something went wrong inside',
      'Something went wrong inside',
    ]);
  },
);

test('a call lasts until its deadline, but no longer than its method allows', () => {
  const check = '/grpc.health.v1.Health/Check';
  expect(timeLeft(check, 5_000, 1_000)).toBe(4_000);
  expect(timeLeft(check, new Date(5_000), 1_000)).toBe(4_000);
  expect(timeLeft(check, 10_000_000, 1_000)).toBe(30_000);
  expect(timeLeft(check, 500, 1_000)).toBe(0);
  expect(timeLeft('/grpc.health.v1.Health/Watch', Number.POSITIVE_INFINITY, 0)).toBe(Number.POSITIVE_INFINITY);
});
