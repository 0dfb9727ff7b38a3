import { ConfigError } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { expect, test } from '@jest/globals';
import { bucketFailure, mayPass, startFailure } from './bucket-failure.js';

const refusal = (name: string, status: number) =>
  Object.assign(new Error('what the server says'), { name, $metadata: { httpStatusCode: status } });
const silence = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

test.each([
  ['an object that is not there', refusal('NoSuchKey', 404), 'upload_lost', false],
  ['a bucket that is no longer there', refusal('NoSuchBucket', 404), 'storage_unavailable', false],
  ['credentials that were taken back', refusal('AccessDenied', 403), 'storage_unavailable', false],
  ['a place that is used up', refusal('QuotaExceeded', 403), 'storage_full', false],
  ['a disk that is full', refusal('XMinioStorageFull', 507), 'storage_full', true],
  ['a server that is busy', refusal('SlowDown', 503), 'storage_unavailable', true],
  ['too many requests', refusal('TooManyRequests', 429), 'storage_unavailable', true],
  ['a server that is not there', silence, 'storage_unavailable', true],
  ['an abort for want of patience', Object.assign(new Error(), { name: 'AbortError' }), 'storage_unavailable', true],
  ['a mistake of ours', new TypeError('x is not a function'), 'internal', true],
] as const)('%s', (_, error, code, passes) => {
  expect([bucketFailure(error).code, mayPass(error)]).toEqual([code, passes]);
});

test('an error that has a code keeps it', () => {
  const error = new AstrogateError('upload_lost');
  expect(bucketFailure(error)).toBe(error);
});

test.each([
  ['NoSuchBucket', 404, 'API_S3_BUCKET'],
  ['AccessDenied', 403, 'API_S3_CREDENTIALS_FILE'],
  ['SignatureDoesNotMatch', 403, 'API_S3_CREDENTIALS_FILE'],
  ['AuthorizationHeaderMalformed', 400, 'API_S3_REGION'],
  ['Whatever', 418, 'API_S3_BUCKET cannot be used (HTTP status 418)'],
  ['toString', 400, 'API_S3_BUCKET cannot be used (HTTP status 400)'],
])('at start, %s is a wrong configuration', (name, status, told) => {
  const failure = startFailure(bucketFailure(refusal(name, status)));
  expect(failure).toBeInstanceOf(ConfigError);
  expect(failure.message).toContain(told);
  expect(failure.message).not.toContain('what the server says');
});

test('at start, a server that is not there is not', () => {
  expect(startFailure(bucketFailure(silence))).toMatchObject({
    code: 'storage_unavailable',
    message: 'the server of API_S3_BUCKET cannot be used now (ECONNREFUSED)',
  });
});
