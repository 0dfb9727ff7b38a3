import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  containerTool,
  encode,
  renderSky,
  type Sky,
  type SkyOptions,
  separationPixels,
  separationsPixels,
  type Truth,
} from '../../../deploy/local/src/sky/index.js';
import { testEngine } from './engine.js';
import { type JobOptions, type SandboxEnd, solveInSandbox } from './sandbox-run.js';

// Generous: the machine may be busy with other tests.
jest.setTimeout(60_000);

const run = containerTool(testEngine());
/** The promise of the service: this close to the truth over the whole field. */
const closePixels = 2;

const plain: Truth = { ra: 84.05, dec: -1.2, scale: 24, rotation: 17, parity: 'flipped', width: 800, height: 600 };
const render = (truth: Partial<Truth>, options: Partial<SkyOptions> = {}) =>
  renderSky({ truth: { ...plain, ...truth }, faintest: 9.5, ...options }, run);

/** Solved, close to the truth over the whole field. */
async function expectSolved(upload: Buffer, sky: Sky, options: JobOptions = {}): Promise<SandboxEnd> {
  const end = await expectSolution(upload, sky, options);
  expect(await separationPixels(sky.truth, headerOf(end), run)).toBeLessThan(closePixels);
  return end;
}

const headerOf = ({ outcome }: SandboxEnd) => Buffer.from(outcome?.solution?.wcs.header ?? '', 'base64');

/** Solved in the right parity; how well is not judged yet. */
async function expectSolution(upload: Buffer, sky: Sky, options: JobOptions = {}): Promise<SandboxEnd> {
  const end = await solveInSandbox(upload, options);
  const { outcome } = end;
  expect(outcome?.failure).toBeUndefined();
  expect(outcome?.notSolved?.tried).toBeUndefined();
  expect(end.code).toBe(0);
  expect(end.kinds[0]).toBe('ready');
  expect(end.kinds.at(-1)).toBe('outcome');
  expect(end.kinds.filter((kind) => kind === 'outcome')).toHaveLength(1);
  const solution = outcome?.solution;
  if (!solution) throw new Error('no solution');
  expect(solution.parity).toBe(sky.truth.parity === 'normal' ? 'PARITY_NORMAL' : 'PARITY_FLIPPED');
  return end;
}

const withExtraBytes = (jpeg: Buffer) => Buffer.concat([jpeg.subarray(0, -2), Buffer.alloc(64, 1), jpeg.subarray(-2)]);

describe('formats of one sky', () => {
  let sky: Sky;
  const headers: Buffer[] = [];
  beforeAll(async () => {
    sky = await render({});
  });

  const formats: [string, string, number, number, (sky: Sky) => Buffer | Promise<Buffer>][] = [
    ['colour JPEG', 'JPEG', 3, 8, (s) => encode.jpeg(s, run)],
    ['grey JPEG', 'JPEG', 1, 8, (s) => run(['cjpeg', '-quality', '92'], encode.pgm8(s))],
    ['progressive JPEG', 'JPEG', 3, 8, (s) => run(['cjpeg', '-progressive'], encode.ppm8(s))],
    ['JPEG with bytes too many before its end', 'JPEG', 3, 8, async (s) => withExtraBytes(await encode.jpeg(s, run))],
    ['8-bit grey PNG', 'PNG', 1, 8, (s) => encode.png(s, 'grey8')],
    ['16-bit grey PNG', 'PNG', 1, 16, (s) => encode.png(s, 'grey16')],
    ['RGB PNG', 'PNG', 3, 8, (s) => encode.png(s, 'rgb8')],
    ['RGB TIFF', 'TIFF', 3, 8, (s) => encode.tiff8(s, run)],
    ['16-bit TIFF', 'TIFF', 1, 16, (s) => encode.tiff16(s, run)],
    ['8-bit FITS', 'FITS', 1, 8, (s) => encode.fits(s, 8)],
    ['16-bit FITS with BZERO', 'FITS', 1, 16, (s) => encode.fits(s, 16)],
    ['32-bit FITS', 'FITS', 1, 32, (s) => encode.fits(s, 32)],
    ['64-bit FITS', 'FITS', 1, 64, (s) => encode.fits(s, 64)],
    ['float FITS from 0 to 1', 'FITS', 1, 32, (s) => encode.fits(s, -32)],
    ['double FITS from 0 to 1', 'FITS', 1, 64, (s) => encode.fits(s, -64)],
    ['three-plane FITS', 'FITS', 3, 16, (s) => encode.fits(s, 16, 3)],
    ['PGM', 'PNM', 1, 8, (s) => encode.pgm8(s)],
    ['16-bit PGM', 'PNM', 1, 16, (s) => encode.pgm16(s)],
    ['PPM', 'PNM', 3, 8, (s) => encode.ppm8(s)],
    ['plain PGM', 'PNM', 1, 16, (s) => encode.plainPgm(s)],
    ['plain PPM', 'PNM', 3, 8, (s) => encode.plainPpm(s)],
    ['gzip of FITS', 'FITS', 1, 16, (s) => gzipSync(encode.fits(s, 16))],
    ['gzip of PGM', 'PNM', 1, 8, (s) => gzipSync(encode.pgm8(s))],
  ];
  test.each(formats)('solves a %s', async (_name, format, channels, bits, file) => {
    const end = await expectSolution(await file(sky), sky);
    headers.push(headerOf(end));
    expect(end.outcome?.picture).toEqual({ format: `IMAGE_FORMAT_${format}`, width: 800, height: 600, channels, bits });
  });

  test('all of them within two pixels of the truth', async () => {
    expect(headers).toHaveLength(formats.length);
    for (const separation of await separationsPixels(sky.truth, headers, run))
      expect(separation).toBeLessThan(closePixels);
  });

  test('answers with calibration, matched stars, star list, timings and versions that fit together', async () => {
    const { outcome } = await expectSolved(encode.fits(sky, 16), sky, { limits: { maxStars: 20 } });
    const solution = outcome?.solution;
    if (!outcome || !solution) throw new Error('no solution');
    expect(solution.ra).toBeCloseTo(plain.ra, 1);
    expect(solution.dec).toBeCloseTo(plain.dec, 1);
    expect(Math.abs(solution.pixelScale / plain.scale - 1)).toBeLessThan(0.003);
    expect(Math.abs(solution.orientation - plain.rotation)).toBeLessThan(0.3);
    expect(solution.fieldWidth).toBeCloseTo((800 * 24) / 3600, 1);
    expect(solution.fieldHeight).toBeCloseTo((600 * 24) / 3600, 1);
    expect(solution.radius).toBeCloseTo((500 * 24) / 3600, 1);
    expect(solution.hint).toBe('none');
    expect(solution.index).toMatch(/^index-tycho2-\d\d\.littleendian\.fits$/);
    expect(solution.logOdds).toBeGreaterThan(20);
    expect(solution.stars).toHaveLength(20);
    expect(solution.stars.map(({ flux }) => flux)).toEqual(
      solution.stars.map(({ flux }) => flux).sort((a, b) => b - a),
    );
    expect(solution.matched.length).toBeGreaterThan(10);
    // What was found brightest is one of the brightest that were rendered, at the same 1-based pixel.
    const { x, y } = solution.stars[0] ?? { x: 0, y: 0 };
    const distances = sky.stars.slice(0, 8).map((star) => Math.hypot(star.x - x, star.y - y));
    expect(Math.min(...distances)).toBeLessThan(1);
    expect(outcome.timings.map(({ stage }) => stage)).toEqual(
      ['DECODE', 'EXTRACT', 'SEARCH', 'REPORT'].map((stage) => `STAGE_${stage}`),
    );
    expect(outcome.versions).toEqual({
      sandbox: expect.stringMatching(/^\d/),
      astrometry: expect.stringMatching(/^0\.\d/),
      node: expect.stringMatching(/^24\./),
    });
  });
});

describe('skies', () => {
  const distortion: NonNullable<Truth['sip']> = {
    order: 3,
    a: { '2_0': 8e-6, '0_2': -4e-6, '3_0': 6e-9 },
    b: { '1_1': 6e-6, '2_0': 3e-6, '0_3': -8e-9 },
  };
  const skies: [string, Partial<Truth>, Partial<SkyOptions>, JobOptions?][] = [
    ['not mirrored in FITS terms', { parity: 'normal', ra: 56.75, dec: 24.1 }, {}],
    ['upside down', { rotation: 179, ra: 180, dec: 57 }, {}],
    ['near the pole', { ra: 40, dec: 88.5, rotation: -120 }, {}],
    ['across RA 0', { ra: 0.02, dec: 28, rotation: 90 }, {}],
    ['with distortion', { sip: distortion }, {}, { hints: { tweakOrder: 3 } }],
    ['with a satellite trail', { ra: 83.6, dec: -5 }, { trail: true }],
    ['with hot pixels and a gradient', { rotation: -63 }, { hotPixels: 800, gradient: 4000 }],
    ['with a nebula', { ra: 305, dec: 40.3 }, { nebula: true }],
    ['of a portrait format with odd sides', { width: 487, height: 701, ra: 250, dec: 36 }, { faintest: 10 }],
    ['narrow', { scale: 5, ra: 84.05, dec: -1.2 }, { faintest: 12.5 }],
    ['wide', { scale: 150, ra: 165, dec: 56 }, { faintest: 6.5 }],
  ];
  test.each(skies)('solves a sky %s', async (_name, truth, options, job = {}) => {
    const sky = await render(truth, options);
    await expectSolved(encode.fits(sky, 16), sky, job);
  });

  test('does not take hot pixels for stars', async () => {
    const sky = await render({}, { hotPixels: 800, seed: 7 });
    const { outcome } = await expectSolved(encode.png(sky, 'grey16'), sky);
    const stars = outcome?.solution?.stars ?? [];
    const nearStar = (x: number, y: number) => sky.stars.some((star) => Math.hypot(star.x - x, star.y - y) < 4);
    expect(stars.filter(({ x, y }) => !nearStar(x, y)).length).toBeLessThan(stars.length / 20);
  });

  test('gives coordinates of the picture as uploaded when it is binned on request', async () => {
    const sky = await render({ width: 1600, height: 1200, scale: 12 }, { sigma: 2.4 });
    await expectSolved(await encode.jpeg(sky, run), sky, { hints: { downsample: 4 } });
  });
});
