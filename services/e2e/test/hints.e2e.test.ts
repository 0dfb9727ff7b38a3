// Hints over the whole way: from form fields, from a FITS header, and from what the solver learned of the caller.
import { containerTool, encode, type RunTool, renderSky, type Sky, type Truth } from '@astrogate/local';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { startTestStack, type TestStack } from '../src/test-stack.js';

const run: RunTool = containerTool({ image: testEnvironment().sandboxImage, dockerHost: testEnvironment().dockerHost });
const truth: Truth = { ra: 210, dec: 54, scale: 12, rotation: -40, parity: 'flipped', width: 900, height: 700 };
let stack: TestStack;
let sky: Sky;
/** The same camera after a slew. */
let slewed: Sky;

beforeAll(async () => {
  stack = await startTestStack();
  sky = await renderSky({ truth, faintest: 10.5 }, run);
  slewed = await renderSky({ truth: { ...truth, ra: 83, dec: 0, rotation: 100 }, faintest: 10.5 }, run);
}, 120_000);
afterAll(() => stack?.end(), 60_000);

async function solve(bytes: Buffer, fields: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('image', new Blob([new Uint8Array(bytes)]), 'sky');
  const headers = { prefer: 'wait=60' };
  const response = await fetch(`${stack.url}/api/v1/solves`, { method: 'POST', body: form, headers });
  const { status, solution } = (await response.json()) as { status: string; solution: Record<string, string> };
  return { status, hint: solution?.hint, source: solution?.hint_source };
}

/** The FITS file with cards put in place of its END and the blank cards behind it. */
function withCards(fits: Buffer, cards: Record<string, string | number>): Buffer {
  const end = fits.indexOf(`${'END'.padEnd(80)}`);
  const lines = Object.entries(cards).map(([name, value]) =>
    `${name.padEnd(8)}= ${String(value).padStart(20)}`.padEnd(80),
  );
  const header = Buffer.from(`${lines.join('')}${'END'.padEnd(80)}`, 'latin1');
  const told = Buffer.from(fits);
  header.copy(told, end);
  expect(end + header.length).toBeLessThanOrEqual(2880);
  return told;
}

/** 206.265 · 3.76 / 12 mm of focal length. */
const focalLength = (206.265 * 3.76) / truth.scale;

// One after another: what one job teaches the next one knows.
test('the first picture of a caller is solved blind, the second by what was learned of the first', async () => {
  const picture = encode.png(sky, 'grey8');
  expect(await solve(picture)).toEqual({ status: 'solved', hint: 'none', source: 'none' });
  expect(await solve(picture)).toMatchObject({ status: 'solved', source: 'learned' });
}, 120_000);

test('after a slew the scale is still known', async () => {
  const { status, source } = await solve(encode.png(slewed, 'grey8'));
  expect([status, source]).toEqual(['solved', 'learned']);
}, 120_000);

test('a picture of another kind is not taken for one of the same camera', async () => {
  expect(await solve(encode.pgm8(sky))).toMatchObject({ status: 'solved', source: 'none' });
}, 120_000);

test.each([
  ['right', focalLength, 'header'],
  // By now nothing was learned of this kind but by way of the header.
  ['off by three', focalLength * 3, 'learned'],
])(
  'with a focal length that is %s the picture is solved by: %d mm, %s',
  async (_what, focal, source) => {
    const picture = withCards(encode.fits(sky, 16), { FOCALLEN: focal.toFixed(3), XPIXSZ: '3.76' });
    expect(await solve(picture)).toMatchObject({ status: 'solved', source });
  },
  120_000,
);

test.each([
  ['right', 12, 'caller', () => encode.jpeg(sky, run)],
  ['wrong', 100, 'none', () => encode.tiff8(sky, run)],
] as const)(
  "with a scale of the caller's that is %s, %d arcsec/pixel, it is solved by: %s",
  async (_what, scale, source, picture) => {
    const bounds = { scale_low: String(scale * 0.9), scale_high: String(scale * 1.1), scale_units: 'arcsecperpix' };
    // Of this kind of picture nothing has been learned yet.
    expect(await solve(await picture(), bounds)).toMatchObject({ status: 'solved', source });
  },
  120_000,
);
