import { type SolveHeaderInit, type SolveHeaderMessage, solverService } from '@astrogate/proto';
import { expect, test } from '@jest/globals';
import { checkHeader } from './solve-header.js';

const limits = { maxUploadBytes: 1000, maxPixels: 5000, allowRaw: false };
const good: SolveHeaderInit = {
  jobId: 'job-1',
  requestId: 'req_1',
  callerKey: '',
  uploadBytes: 1000,
  uploadSha256: Buffer.alloc(32),
  format: 'IMAGE_FORMAT_JPEG',
};

/** The header as the server gets it, after a trip over the wire. */
function received(header: SolveHeaderInit): SolveHeaderMessage {
  const { requestSerialize, requestDeserialize } = solverService.Solve;
  return requestDeserialize(requestSerialize({ header })).header as SolveHeaderMessage;
}

test('a header without hints and limits gets the defaults', () => {
  expect(checkHeader(received(good), limits)).toEqual({
    jobId: 'job-1',
    requestId: 'req_1',
    callerKey: '',
    uploadBytes: 1000,
    sha256: Buffer.alloc(32),
    order: {
      hints: { parity: 'PARITY_UNSPECIFIED' },
      guesses: [],
      limits: { maxSeconds: 120, maxStars: 1000 },
      maxPixels: 5000,
      allowRaw: false,
    },
  });
});

test('hints and limits that are given come through, absent ones stay absent', () => {
  const hints = { scaleLow: 0.5, scaleHigh: 2, parity: 'PARITY_NORMAL', depthLow: 1 } as const;
  const { order } = checkHeader(received({ ...good, hints, limits: { maxSeconds: 5 } }), limits);
  expect(order.hints).toEqual(hints);
  expect(order.limits).toEqual({ maxSeconds: 5, maxStars: 1000 });
});

test('guesses come through, the best first', () => {
  const scale = { source: 'HINT_SOURCE_HEADER', scaleLow: 0.5, scaleHigh: 2 } as const;
  const position = { source: 'HINT_SOURCE_HEADER', ra: 1, dec: -2, radius: 3, parity: 'PARITY_FLIPPED' } as const;
  const { order, callerKey } = checkHeader(received({ ...good, callerKey: 'me', guesses: [scale, position] }), limits);
  expect(order.guesses).toEqual([{ ...scale, parity: 'PARITY_UNSPECIFIED' }, position]);
  expect(callerKey).toBe('me');
});

test.each<[string, SolveHeaderInit]>([
  ['jobId', { jobId: '' }],
  ['jobId', { jobId: '../x' }],
  ['jobId', { jobId: 'a'.repeat(65) }],
  ['requestId', { requestId: 'a\nb' }],
  ['callerKey', { callerKey: 'a b' }],
  ['uploadBytes', { uploadBytes: 0 }],
  ['uploadBytes', { uploadBytes: '18446744073709551615' }],
  ['uploadSha256', { uploadSha256: Buffer.alloc(31) }],
  ['uploadSha256', { uploadSha256: Buffer.alloc(0) }],
  ['format', { format: 'IMAGE_FORMAT_UNSPECIFIED' }],
  ['format', { format: 99 as never }],
  ['hints.scaleLow', { hints: { scaleLow: -1, scaleHigh: 2 } }],
  ['hints.scaleLow', { hints: { scaleLow: Number.NaN, scaleHigh: 2 } }],
  ['hints.scaleHigh', { hints: { scaleLow: 1, scaleHigh: Number.POSITIVE_INFINITY } }],
  ['hints', { hints: { scaleLow: 1 } }],
  ['hints', { hints: { ra: 1, dec: 1 } }],
  ['hints.downsample', { hints: { downsample: 17 } }],
  ['guesses.0.source', { guesses: [{ scaleLow: 1, scaleHigh: 2 }] }],
  ['guesses.0.source', { guesses: [{ source: 'HINT_SOURCE_CALLER', scaleLow: 1, scaleHigh: 2 }] }],
  ['guesses.0.source', { guesses: [{ source: 'HINT_SOURCE_LEARNED', scaleLow: 1, scaleHigh: 2 }] }],
  ['guesses.0', { guesses: [{ source: 'HINT_SOURCE_HEADER', scaleLow: 2, scaleHigh: 1 }] }],
  ['guesses.0', { guesses: [{ source: 'HINT_SOURCE_HEADER', widthLow: 2 }] }],
  ['guesses.1.ra', { guesses: [{ source: 'HINT_SOURCE_HEADER' }, { source: 'HINT_SOURCE_HEADER', ra: 360 }] }],
  ['guesses', { guesses: Array(5).fill({ source: 'HINT_SOURCE_HEADER', scaleLow: 1, scaleHigh: 2 }) }],
  ['limits.maxSeconds', { limits: { maxSeconds: 0 } }],
  ['limits.maxSeconds', { limits: { maxSeconds: 601 } }],
  ['limits.maxStars', { limits: { maxStars: 5001 } }],
])('a wrong %s is named and its value is not repeated: %j', (field, fields) => {
  const check = () => checkHeader(received({ ...good, ...fields }), limits);
  expect(check).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  expect(check).toThrow(`Field ${field} of the header is wrong`);
});

test('too large an upload and camera raw have their own codes', () => {
  expect(() => checkHeader(received({ ...good, uploadBytes: 1001 }), limits)).toThrow(
    expect.objectContaining({ code: 'upload_too_large' }),
  );
  const raw = received({ ...good, format: 'IMAGE_FORMAT_RAW' });
  expect(() => checkHeader(raw, limits)).toThrow(expect.objectContaining({ code: 'unsupported_format' }));
  expect(checkHeader(raw, { ...limits, allowRaw: true }).order.allowRaw).toBe(true);
});
