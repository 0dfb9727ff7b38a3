import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { keyOf, signatureHeaders } from './signature.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const sentAt = new Date(1_614_265_330_999);

test('the example of the standard has the signature of the standard', () => {
  // https://github.com/standard-webhooks/standard-webhooks, libraries/javascript, the test of `sign`.
  const parts = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', sentAt, body: '{"test": 2432232314}' };
  expect(signatureHeaders(secret, parts)).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test.each([
  ['id', { id: 'b' }],
  ['time', { sentAt: new Date(0) }],
  ['body', { body: 'a ' }],
])('another %s has another signature', (_name, change) => {
  const parts = { id: 'a', sentAt, body: 'a' };
  const [one, other] = [parts, { ...parts, ...change }].map((each) => signatureHeaders(secret, each));
  expect(one?.['webhook-signature']).not.toBe(other?.['webhook-signature']);
});

test.each([24, 25, 32, 63, 64])('a key of %d bytes is taken', (bytes) => {
  const key = randomBytes(bytes);
  expect(keyOf(`whsec_${key.toString('base64')}`)).toEqual(key);
  const body = 'é';
  const { 'webhook-signature': signature } = signatureHeaders(`whsec_${key.toString('base64')}`, {
    id: 'a',
    sentAt,
    body,
  });
  expect(signature).toBe(`v1,${createHmac('sha256', key).update('a.1614265330.é').digest('base64')}`);
});

test.each([
  ['', 'nothing'],
  ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'no prefix'],
  ['whsec_', 'no key'],
  [`whsec_${randomBytes(23).toString('base64')}`, 'too short'],
  [`whsec_${randomBytes(65).toString('base64')}`, 'too long'],
  ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS', 'not base64'],
  ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_', 'the other base64'],
  ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n', 'a line end'],
])('%j is no secret: %s', (text) => {
  expect(() => keyOf(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
});
