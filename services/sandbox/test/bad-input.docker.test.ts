import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { header, padded } from '../../../deploy/local/src/sky/fits.js';
import { containerTool, encode, renderSky, sampleSky, sampleTruth } from '../../../deploy/local/src/sky/index.js';
import { testEngine } from './engine.js';
import { leftovers, solveInSandbox } from './sandbox-run.js';

// Generous: the machine may be busy with other tests.
jest.setTimeout(60_000);

const run = containerTool(testEngine());
let sample: Awaited<ReturnType<typeof sampleSky>>;
beforeAll(async () => {
  sample = await sampleSky(run);
});

const half = (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1);
const fitsOf = (cards: [string, number][], data: Buffer) =>
  Buffer.concat([header([['SIMPLE', true], ...cards]), padded(data)]);

describe('bad input', () => {
  const cases: [string, string, RegExp, () => Buffer | Promise<Buffer>][] = [
    ['text', 'unsupported_format', /not JPEG/, () => Buffer.from('#!/bin/sh\necho this is no picture\n')],
    ['a single byte', 'unsupported_format', /not JPEG/, () => Buffer.from('x')],
    ['a truncated JPEG', 'image_unreadable', /JPEG/, () => half(sample.jpeg)],
    ['a JPEG without a frame', 'image_unreadable', /JPEG/, () => sample.jpeg.subarray(0, 20)],
    ['a truncated PNG', 'image_unreadable', /PNG/, () => half(encode.png(sample.sky, 'grey8'))],
    ['a truncated TIFF', 'image_unreadable', /TIFF/, async () => half(await encode.tiff8(sample.sky, run))],
    ['a truncated PGM', 'image_unreadable', /\d+ of 480000 samples/, () => half(encode.pgm8(sample.sky))],
    [
      'a truncated FITS',
      'image_unreadable',
      /promises 960000 bytes .* has \d+/,
      () => half(encode.fits(sample.sky, 16)),
    ],
    ['a truncated gzip', 'image_unreadable', /gzip/, () => half(gzipSync(encode.pgm8(sample.sky)))],
    ['gzip in gzip', 'image_unreadable', /one level/, () => gzipSync(gzipSync(encode.pgm8(sample.sky)))],
    [
      'a FITS header that promises 40 GB',
      'image_unreadable',
      /promises 40000000000 bytes/,
      () =>
        fitsOf(
          [
            ['BITPIX', -32],
            ['NAXIS', 2],
            ['NAXIS1', 1000],
            ['NAXIS2', 10_000_000],
          ],
          Buffer.alloc(2880),
        ),
    ],
    [
      'a FITS header with an impossible BITPIX',
      'image_unreadable',
      /BITPIX 12/,
      () =>
        fitsOf(
          [
            ['BITPIX', 12],
            ['NAXIS', 2],
            ['NAXIS1', 100],
            ['NAXIS2', 100],
          ],
          Buffer.alloc(20_000),
        ),
    ],
    [
      'a FITS header with a negative axis',
      'image_unreadable',
      /NAXIS1/,
      () =>
        fitsOf(
          [
            ['BITPIX', 16],
            ['NAXIS', 2],
            ['NAXIS1', -100],
            ['NAXIS2', 100],
          ],
          Buffer.alloc(20_000),
        ),
    ],
    [
      'a FITS file without an image',
      'image_unreadable',
      /no image/,
      () =>
        fitsOf(
          [
            ['BITPIX', 8],
            ['NAXIS', 0],
          ],
          Buffer.alloc(0),
        ),
    ],
    [
      'a PNG bomb of 60000 x 60000',
      'image_too_large',
      /60000 x 60000/,
      () => Buffer.concat([encode.pngHead(60_000, 60_000, 8, 0), Buffer.alloc(1000)]),
    ],
    ['a PGM bomb', 'image_too_large', /99999 x 99999/, () => Buffer.from('P5 99999 99999 255\n')],
    ['a gzip bomb', 'image_too_large', /gzip content/, () => gzipSync(Buffer.alloc(400 * 2 ** 20), { level: 1 })],
    [
      'a picture of 16 x 16',
      'image_too_small',
      /16 x 16/,
      () => Buffer.concat([Buffer.from('P5 16 16 255\n'), Buffer.alloc(256)]),
    ],
    [
      'a camera raw file, which is switched off',
      'unsupported_format',
      /camera raw/,
      () => Buffer.from('FUJIFILMCCD-RAW 0201'),
    ],
  ];
  test.each(cases)('answers %s with %s', async (_name, code, message, file) => {
    const end = await solveInSandbox(await file());
    expect(end.outcome?.failure?.code).toBe(code);
    expect(end.outcome?.failure?.message).toMatch(message);
    expect(end.code).toBe(0);
    expect(leftovers()).toEqual([]);
  });

  test('answers noise without a star as not solved', async () => {
    const noise = await renderSky({ truth: { ...sampleTruth, width: 640, height: 480 }, faintest: -10 }, run);
    const { outcome, code } = await solveInSandbox(encode.fits(noise, 16));
    expect(outcome?.notSolved?.tried.map(({ result }) => result)).toContain('too few stars');
    expect(code).toBe(0);
  });
});
