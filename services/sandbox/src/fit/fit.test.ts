import { describe, expect, test } from '@jest/globals';
import { parseHeader } from '../fits/cards.js';
import { pixelToSky, skyToPixel, tangentPlane, tangentToSky, type Wcs } from '../solution/wcs.js';
import { formatWcs } from '../solution/wcs-header.js';
import { leastSquares } from './least-squares.js';
import { pairUp, StarGrid } from './pairing.js';
import { type Match, refit } from './refit.js';
import { fitTanSip } from './tan-sip-fit.js';

const size = { width: 1600, height: 1200 };
const tan: Wcs = {
  crval1: 359.9,
  crval2: 62,
  crpix1: 700,
  crpix2: 650,
  cd1_1: -0.004,
  cd1_2: 0.0007,
  cd2_1: 0.0007,
  cd2_2: 0.004,
  sipOrder: 0,
  a: [],
  b: [],
};
/** 20 pixels of distortion in the corners. */
const distorted: Wcs = {
  ...tan,
  sipOrder: 2,
  a: [
    { p: 2, q: 0, factor: 2e-5 },
    { p: 1, q: 1, factor: -8e-6 },
  ],
  b: [{ p: 0, q: 2, factor: -1.5e-5 }],
};

/** Numbers between 0 and 1, the same every time (xorshift). */
function randomNumbers(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Stars spread over the picture, with their places on the sky, and with errors of up to `error` pixels. */
function field(wcs: Wcs, count: number, error: number, seed = 7) {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, () => {
    const [x, y] = [1 + random() * (size.width - 1), 1 + random() * (size.height - 1)];
    const noise = () => error * (2 * random() - 1);
    return { x: x + noise(), y: y + noise(), ...pixelToSky(wcs, x, y) };
  });
}

/** The largest error in pixels over a grid of the whole picture. */
function worstError(found: Wcs, truth: Wcs): number {
  let worst = 0;
  for (let i = 0; i <= 8; i++)
    for (let j = 0; j <= 8; j++) {
      const [x, y] = [0.5 + (size.width * i) / 8, 0.5 + (size.height * j) / 8];
      const place = skyToPixel(found, pixelToSky(truth, x, y));
      worst = Math.max(worst, Math.hypot((place?.x ?? 1e9) - x, (place?.y ?? 1e9) - y));
    }
  return worst;
}

test('least squares gives the factors of a plane for several lists of values at once', () => {
  const rows = [0, 1, 2, 3].flatMap((x) => [0, 1, 2].map((y) => [1, x / 3, y / 2]));
  const plane = (a: number, b: number, c: number) => rows.map(([, x = 0, y = 0]) => a + b * x + c * y);
  const [first, second] = leastSquares(rows, plane(1, -2, 3), plane(0, 0.5, 0)) ?? [];
  expect(first?.map((value) => value.toFixed(9))).toEqual(['1.000000000', '-2.000000000', '3.000000000']);
  expect(second?.[1]).toBeCloseTo(0.5, 12);
  expect(
    leastSquares(
      [
        [1, 1],
        [2, 2],
      ],
      [1, 2],
    ),
  ).toBeUndefined();
});

describe('projection', () => {
  test('a tangent plane gives back the sky that went in, also over the pole and over 0 hours', () => {
    for (const centre of [
      { ra: 0.2, dec: 89.9 },
      { ra: 359.9, dec: -45 },
      { ra: 180, dec: 0 },
    ]) {
      const there = tangentToSky(centre, { xi: 1.5, eta: -0.7 });
      const back = tangentPlane(centre, there);
      expect(back?.xi).toBeCloseTo(1.5, 9);
      expect(back?.eta).toBeCloseTo(-0.7, 9);
    }
    expect(tangentPlane({ ra: 10, dec: 20 }, { ra: 190, dec: -20 })).toBeUndefined();
  });

  test('sky to pixel is the way back of pixel to sky, distortion included', () => {
    const place = skyToPixel(distorted, pixelToSky(distorted, 3, 1190));
    expect(place?.x).toBeCloseTo(3, 4);
    expect(place?.y).toBeCloseTo(1190, 4);
  });
});

describe('the fit', () => {
  test('finds a distorted sky again, with the reference pixel in the middle', () => {
    const fit = fitTanSip(field(distorted, 60, 0), tan, size, 2);
    expect(fit?.wcs).toMatchObject({ crpix1: 800.5, crpix2: 600.5, sipOrder: 2 });
    expect(fit?.rms).toBeLessThan(0.01);
    expect(worstError(fit?.wcs as Wcs, distorted)).toBeLessThan(0.05);
  });

  test('gives nothing for fewer pairs than terms, or for stars on a line', () => {
    expect(fitTanSip(field(tan, 5, 0), tan, size, 2)).toBeUndefined();
    const line = Array.from({ length: 9 }, (_, i) => ({ x: 100 * i, y: 50 * i, ...pixelToSky(tan, 100 * i, 50 * i) }));
    expect(fitTanSip(line, tan, size, 1)).toBeUndefined();
  });
});

test('a star of the picture goes to the nearest index star only', () => {
  const stars = [
    { x: 100, y: 100 },
    { x: 500, y: 300 },
  ];
  const near = [pixelToSky(tan, 101, 100), pixelToSky(tan, 100.2, 100), pixelToSky(tan, 900, 900)];
  const pairs = pairUp(near, new StarGrid(stars, 16), tan, () => 4);
  expect(pairs).toHaveLength(1);
  expect(pairs[0]).toMatchObject({ x: 100, y: 100, ra: near[1]?.ra });
});

describe('from the match of a few stars to the whole picture', () => {
  /** What the engine gives: a linear match of the stars around one place. */
  function matchAround(truth: Wcs, stars: ReturnType<typeof field>, x: number, y: number): Match {
    const pairs = stars.filter((star) => Math.hypot(star.x - x, star.y - y) < 320);
    return { wcs: fitTanSip(pairs, truth, size, 1)?.wcs as Wcs, pairs };
  }

  test.each([
    [0, 0.2],
    [0.3, 1],
  ])('distortion is found out to the corners, places wrong by up to %d pixels', (error, worst) => {
    const stars = field(distorted, 150, error);
    const found = matchAround(distorted, stars, 700, 650);
    expect(worstError(found.wcs, distorted)).toBeGreaterThan(8);
    const distractors = field(distorted, 60, 0, 99).map(({ x, y }) => ({ x, y }));
    const match = refit(found, { size, references: stars, stars: [...distractors, ...stars], order: 2 });
    expect(match.pairs.length).toBeGreaterThan(130);
    expect(worstError(match.wcs, distorted)).toBeLessThan(worst);
  });

  test('a wide lens that moves its corners by a twentieth is fitted by order 3', () => {
    const share = 0.05 / (800 ** 2 + 600 ** 2);
    const a = [
      { p: 3, q: 0, factor: share },
      { p: 1, q: 2, factor: share },
    ];
    const b = [
      { p: 2, q: 1, factor: share },
      { p: 0, q: 3, factor: share },
    ];
    const lens: Wcs = { ...tan, crpix1: 800.5, crpix2: 600.5, sipOrder: 3, a, b };
    const stars = field(lens, 200, 0.3);
    const match = refit(matchAround(lens, stars, 700, 650), { size, references: stars, stars, order: 3 });
    expect(match.pairs.length).toBeGreaterThan(190);
    expect(worstError(match.wcs, lens)).toBeLessThan(1);
  });

  test('a picture without distortion gets none', () => {
    const centred = { ...tan, crpix1: 800.5, crpix2: 600.5 };
    const stars = field(centred, 80, 0.3);
    const match = refit(matchAround(centred, stars, 700, 650), { size, references: stars, stars, order: 3 });
    expect(match.wcs.sipOrder).toBe(0);
    expect(worstError(match.wcs, centred)).toBeLessThan(0.3);
  });

  test('a match with its tangent point off the middle of a wide, crowded field does not lead distortion astray', () => {
    const wide = { ...tan, crpix1: 800.5, crpix2: 600.5, cd1_1: -0.02, cd1_2: 0.003, cd2_1: 0.003, cd2_2: 0.02 };
    const stars = field(wide, 100, 0.3);
    const others = field(wide, 1200, 0, 99).map(({ x, y }) => ({ x, y }));
    // As the engine does: the tangent point lies in the middle of the matching quad.
    const quad = stars.filter((star) => Math.hypot(star.x - 400, star.y - 350) < 420);
    const off = fitTanSip(quad, wide, { width: 800, height: 700 }, 1)?.wcs as Wcs;
    const pairs = pairUp(stars, new StarGrid(stars, 16), off, () => 12);
    const match = refit({ wcs: off, pairs }, { size, references: stars, stars: [...stars, ...others], order: 2 });
    expect(worstError(match.wcs, wide)).toBeLessThan(0.5);
  });

  test('few stars are fitted without terms that they cannot fix', () => {
    const stars = field(distorted, 11, 0.2, 3);
    const match = refit({ wcs: tan, pairs: stars.slice(0, 6) }, { size, references: stars, stars, order: 5 });
    expect(match.wcs.sipOrder).toBe(0);
  });

  test('what gives fewer pairs than the match had is left alone', () => {
    const found = { wcs: tan, pairs: field(tan, 12, 0) };
    expect(refit(found, { size, references: [], stars: [], order: 2 })).toBe(found);
  });
});

test('a header has the WCS, and a way back that is the way there turned round', () => {
  const header = parseHeader(formatWcs(distorted, size));
  const value = (keyword: string) => header?.values.get(keyword) as number;
  expect(header?.values.get('CTYPE1')).toBe('RA---TAN-SIP');
  expect([value('CRVAL1'), value('CD2_2'), value('A_ORDER'), value('A_1_1')]).toEqual([359.9, 0.004, 2, -8e-6]);
  const order = value('AP_ORDER');
  let worst = 0;
  for (const [x, y] of [
    [1, 1],
    [1600, 1],
    [800, 600],
    [1600, 1200],
  ] as const) {
    const [u, v] = [x - 700, y - 650];
    const up = u + 2e-5 * u * u - 8e-6 * u * v;
    const vp = v - 1.5e-5 * v * v;
    let [backU, backV] = [up, vp];
    for (let p = 0; p <= order; p++)
      for (let q = 0; p + q <= order; q++) {
        backU += (value(`AP_${p}_${q}`) ?? 0) * up ** p * vp ** q;
        backV += (value(`BP_${p}_${q}`) ?? 0) * up ** p * vp ** q;
      }
    worst = Math.max(worst, Math.hypot(backU - u, backV - v));
  }
  expect(worst).toBeLessThan(0.05);
});
