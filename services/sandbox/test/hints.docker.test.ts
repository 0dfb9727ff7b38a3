// A right hint is used and named; a wrong one, whatever is wrong about it, loses no solution.
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  containerTool,
  encode,
  renderSky,
  type Sky,
  separationPixels,
  type Truth,
} from '../../../deploy/local/src/sky/index.js';
import { testEngine } from './engine.js';
import { solveInSandbox } from './sandbox-run.js';

// Generous: the machine may be busy with other tests.
jest.setTimeout(60_000);

const run = containerTool(testEngine());
const truth: Truth = { ra: 84.05, dec: -1.2, scale: 24, rotation: 17, parity: 'flipped', width: 800, height: 600 };
let sky: Sky;
let picture: Buffer;
beforeAll(async () => {
  sky = await renderSky({ truth, faintest: 9.5 }, run);
  picture = encode.fits(sky, 16);
});

const here = { ra: 84, dec: -1, radius: 5 };
const elsewhere = { ra: 264, dec: 40, radius: 5 };
const scale = { scaleLow: 22, scaleHigh: 26 };
const wrongScale = { scaleLow: 3 * 22, scaleHigh: 3 * 26 };
const header = (where: object) => ({ source: 'HINT_SOURCE_HEADER', ...where });
const kind = { format: 'IMAGE_FORMAT_FITS', width: 800, height: 600 };
const learned = (where: object, of: object = {}) => ({
  source: 'HINT_SOURCE_LEARNED',
  ...where,
  picture: { ...kind, ...of },
});

/** Solved within two pixels over the whole field, by the hint that is returned. */
async function winner(hints: object, guesses: object[] = []): Promise<string> {
  const { outcome } = await solveInSandbox(picture, { hints: { ...hints }, guesses });
  const solution = outcome?.solution;
  if (!solution) throw new Error(`not solved: ${JSON.stringify(outcome?.notSolved?.tried ?? outcome?.failure)}`);
  expect(await separationPixels(truth, Buffer.from(solution.wcs.header, 'base64'), run)).toBeLessThan(2);
  return `${solution.hintSource.replace('HINT_SOURCE_', '').toLowerCase()} ${solution.hint}`;
}

describe("the caller's", () => {
  test.each([
    ['caller scale', scale],
    ['caller scale', { widthLow: 5, widthHigh: 6 }],
    ['caller position', { ra: 83, dec: -2, radius: 10 }],
    ['caller scale+position', { ...scale, ...here, parity: 'PARITY_FLIPPED' }],
    ['caller parity', { parity: 'PARITY_FLIPPED' }],
  ])('right hint wins: %s', async (expected, hints) => {
    expect(await winner(hints)).toBe(expected);
  });

  test.each([
    ['scale', wrongScale],
    ['scale, with the right position', { ...wrongScale, ...here }],
    ['position', elsewhere],
    ['parity', { parity: 'PARITY_NORMAL' }],
    ['everything', { ...wrongScale, ...elsewhere, parity: 'PARITY_NORMAL' }],
  ])('wrong %s loses nothing', async (_what, hints) => {
    expect(await winner(hints)).toBe('unspecified none');
  });

  test.each([
    ['position', elsewhere],
    ['parity', { ...here, parity: 'PARITY_NORMAL' }],
  ])('wrong %s does not hide a right scale', async (_what, hints) => {
    expect(await winner({ ...scale, ...hints })).toBe('caller scale');
  });
});

describe("the header's", () => {
  test.each([
    ['header scale', header(scale)],
    ['header scale+position', header({ ...scale, ...here })],
    ['header scale', header({ ...scale, ...elsewhere })],
    ['unspecified none', header(wrongScale)],
    ['unspecified none', header({ ...wrongScale, ...elsewhere })],
  ])('guess ends as: %s', async (expected, guess) => {
    expect(await winner({}, [guess])).toBe(expected);
  });

  test("right scale wins where the caller's is wrong", async () => {
    expect(await winner(wrongScale, [header(scale)])).toBe('header scale');
  });
});

describe('what was learned', () => {
  test('wins for a picture of the same kind', async () => {
    expect(await winner({}, [learned({ ...scale, ...here, parity: 'PARITY_FLIPPED' })])).toMatch(/^learned scale/);
  });

  test.each([elsewhere, { ...here, parity: 'PARITY_NORMAL' }])(
    'still knows the scale when it is out of date: %j',
    async (where) => {
      expect(await winner({}, [learned({ ...scale, ...where })])).toBe('learned scale');
    },
  );

  test.each([{ width: 801 }, { height: 599 }, { format: 'IMAGE_FORMAT_PNG' }])(
    'is not used for another kind of picture: %j',
    async (of) => {
      expect(await winner({}, [learned({ ...scale, ...here }, of)])).toBe('unspecified none');
    },
  );
});

test('four wrong hints cost a moment', async () => {
  const wrong = [header({ ...wrongScale, ...elsewhere }), learned({ ...wrongScale, ...here })];
  const { outcome, seconds } = await solveInSandbox(picture, { hints: { scaleLow: 1, scaleHigh: 2 }, guesses: wrong });
  expect(outcome?.solution?.hint).toBe('none');
  // Seven narrow trials of two seconds each in two lanes, at the very most; a blind one takes less than a second.
  expect(seconds).toBeLessThan(20);
});

test('what nothing solves tells every trial with the source of its hint', async () => {
  const noise = await renderSky({ truth: { ...truth, width: 300, height: 300 }, faintest: 1, hotPixels: 60 }, run);
  const { outcome } = await solveInSandbox(encode.pgm8(noise), { hints: scale, guesses: [header(wrongScale)] });
  const tried = outcome?.notSolved?.tried ?? [];
  expect(new Set(tried.map(({ hint, hintSource }) => `${hintSource} ${hint}`))).toEqual(
    new Set(['HINT_SOURCE_CALLER scale', 'HINT_SOURCE_HEADER scale', 'HINT_SOURCE_UNSPECIFIED none']),
  );
});
