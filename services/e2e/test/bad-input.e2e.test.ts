// Bad input gets its own code and status, and leaves no spool file and no container.
import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { fitsOf, pngThatClaims, shuffledStars } from '../src/pictures.js';
import { sampleSkyJpeg } from '../src/skies.js';
import { eventually, startTestStack, type TestStack } from '../src/test-stack.js';

const maxUploadBytes = 3_000_000;
let stack: TestStack;
let jpeg: Buffer;

beforeAll(async () => {
  stack = await startTestStack({ apiEnv: { API_MAX_UPLOAD_BYTES: String(maxUploadBytes) } });
  ({ jpeg } = await sampleSkyJpeg(stack.cli, testEnvironment().sandboxImage));
}, 180_000);
afterAll(() => stack?.end(), 60_000);
afterEach(async () => {
  await eventually('the spool is empty', 5000, () => readdirSync(stack.spoolDirectory).length === 0);
  await eventually('no sandbox is left', 5000, async () => (await stack.sandboxes()).length === 0);
}, 15_000);

type Part = [name: string, value: string | Buffer, fileName?: string];
interface Answer {
  status: number;
  body: Record<string, unknown>;
}

async function post(path: string, parts: Part[]): Promise<Answer> {
  const form = new FormData();
  for (const [name, value, fileName] of parts) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new Blob([value]), fileName ?? 'picture');
  }
  const response = await fetch(stack.url + path, { method: 'POST', body: form, headers: { prefer: 'wait=60' } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('refused before any job exists', () => {
  const picture = (): Part => ['image', jpeg, 'sky.jpg'];
  const cases: [what: string, parts: () => Part[], status: number, code: string][] = [
    [
      'not a picture',
      () => [['image', Buffer.from('#!/bin/sh\necho hello\n'.repeat(50)), 'sky.jpg']],
      415,
      'unsupported_format',
    ],
    ['an empty file', () => [['image', Buffer.alloc(0), 'sky.jpg']], 400, 'invalid_upload'],
    ['no file', () => [['ra', '10']], 400, 'invalid_upload'],
    ['the wrong part name', () => [['picture', jpeg, 'sky.jpg']], 400, 'invalid_upload'],
    ['two files', () => [picture(), picture()], 400, 'invalid_upload'],
    [
      'a file over the limit',
      () => [['image', Buffer.concat([jpeg, Buffer.alloc(maxUploadBytes)]), 'sky.jpg']],
      413,
      'upload_too_large',
    ],
    ['an unknown field', () => [['colour', 'red'], picture()], 400, 'invalid_request'],
    ['a field out of range', () => [['dec', '91'], ['ra', '1'], ['radius', '1'], picture()], 400, 'invalid_request'],
    ['a field that is no number', () => [['scale_low', '1;2'], ['scale_high', '3'], picture()], 400, 'invalid_request'],
    ['bounds the wrong way round', () => [['scale_low', '3'], ['scale_high', '2'], picture()], 400, 'invalid_request'],
  ];

  test.each(cases)('%s', async (_what, parts, status, code) => {
    expect(await post('/api/v1/solves', parts())).toMatchObject({ status, body: { code, status } });
    expect(await post('/solve', parts())).toMatchObject({
      status,
      body: { code, solved: false, error: expect.any(String) },
    });
    expect(stack.log('solver').filter((line) => line.msg === 'job finished')).toEqual([]);
  });

  test('a wrong field is named with its value and the allowed range', async () => {
    const { body } = await post('/api/v1/solves', [
      ['dec', '91'],
      ['ra', '1'],
      ['radius', '1'],
      ['image', jpeg, 'sky.jpg'],
    ]);
    expect(body.errors).toEqual([{ field: 'dec', value: '91', allowed: expect.stringMatching(/-90.*90/) }]);
  });
});

describe('refused by the sandbox, with the reason', () => {
  const card = (key: string, value: string | number) => `${key.padEnd(8)}= ${String(value).padStart(20)}`;
  const fits = (width: number, height: number, dataBytes: number) =>
    fitsOf(
      [card('SIMPLE', 'T'), card('BITPIX', 16), card('NAXIS', 2), card('NAXIS1', width), card('NAXIS2', height)],
      dataBytes,
    );
  const cases: [what: string, bytes: () => Buffer, code: string][] = [
    ['a truncated JPEG', () => jpeg.subarray(0, jpeg.length / 2), 'image_unreadable'],
    ['a PNG that says 60000 × 60000', () => pngThatClaims(60_000, 60_000), 'image_too_large'],
    ['a PNG without its pixels', () => pngThatClaims(800, 600), 'image_unreadable'],
    ['a FITS that promises more than it has', () => fits(2000, 2000, 2880), 'image_unreadable'],
    ['a FITS that says 2 billion pixels a side', () => fits(2_000_000_000, 2_000_000_000, 2880), 'image_unreadable'],
    ['a FITS with negative size', () => fits(-5, 100, 2880), 'image_unreadable'],
    ['one pixel', () => Buffer.from('P5\n1 1\n255\n\x80', 'latin1'), 'image_too_small'],
  ];

  test.each(cases)('%s', async (_what, bytes, code) => {
    const job = await post('/api/v1/solves', [['image', bytes(), 'x']]);
    expect(job).toMatchObject({
      status: 200,
      body: { status: 'failed', failure: { code, detail: expect.any(String) } },
    });
    expect(await post('/solve', [['image', bytes(), 'x']])).toMatchObject({
      status: 422,
      body: { solved: false, code },
    });
  });

  test('noise: not solved is an outcome, not an error', async () => {
    const { status, body } = await post('/solve', [['image', shuffledStars(5, 12, 300, 200), 'x.pgm']]);
    expect({ status, body }).toMatchObject({ status: 200, body: { solved: false } });
  }, 150_000);
});

test.each([
  '../../../../etc/astrogate-evil',
  'a\u0000b',
  '\u001b[2J.fits',
  `${'x'.repeat(3000)}.jpg`,
  '<script>.jpg',
  'CON',
])(
  'a file named %j does no harm',
  async (name) => {
    const before = readdirSync(join(stack.spoolDirectory, '..')).sort();
    const answer = await postRaw(name);
    expect([200, 400]).toContain(answer.status);
    const said = JSON.stringify(answer.body);
    for (const part of ['\\u001b', '\\u0000', 'etc/astrogate-evil']) expect(said).not.toContain(part);
    expect(existsSync('/etc/astrogate-evil')).toBe(false);
    expect(readdirSync(join(stack.spoolDirectory, '..')).sort()).toEqual(before);
  },
  60_000,
);

/** A multipart body whose file name stands there byte for byte, as no well-behaved client would send it. */
function postRaw(fileName: string): Promise<Answer> {
  const head = `--b\r\nContent-Disposition: form-data; name="image"; filename="${fileName}"\r\nContent-Type: image/jpeg\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head, 'latin1'), jpeg, Buffer.from('\r\n--b--\r\n')]);
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'multipart/form-data; boundary=b',
      'content-length': body.length,
      prefer: 'wait=30',
    };
    const upload = request(`${stack.url}/api/v1/solves`, { method: 'POST', headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString()) }),
      );
    });
    upload.on('error', reject);
    upload.end(body);
  });
}

test('200 uploads at once: every one is answered, with an outcome or a retryable refusal', async () => {
  const lying = fitsOf(
    ['SIMPLE  =                    T', 'BITPIX  =                   16', 'NAXIS   =                    0'],
    2880,
  );
  const answers = await Promise.all(Array.from({ length: 200 }, () => post('/solve', [['image', lying, 'x.fits']])));
  const kinds = new Map<string, number>();
  for (const { status, body } of answers) {
    const kind = `${status} ${body.code}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  expect([...kinds.keys()].filter((kind) => kind !== '422 image_unreadable' && kind !== '503 busy')).toEqual([]);
  expect(kinds.get('422 image_unreadable')).toBeGreaterThan(50);
  expect((await fetch(`${stack.url}/readyz`)).status).toBe(200);
}, 300_000);
