import { describe, expect, test } from '@jest/globals';
import type { Plane } from '../../picture/plane.js';
import { findPeaks } from './peaks.js';
import { SkyLevel } from './sky-level.js';

const width = 320;
const height = 240;

interface Star {
  /** 1-based pixels. */
  x: number;
  y: number;
  height: number;
  /** Standard deviation, pixels. */
  spread?: number;
}

/** Noise between -1 and 1 that looks random and is the same every time. */
const noise = (at: number): number => {
  const large = Math.sin(at * 12.9898) * 43_758.5453;
  return 2 * (large - Math.floor(large)) - 1;
};

/** Stars on a sky that `sky` gives, cut off at `most` as a sensor or a file does. */
function picture(stars: readonly Star[], sky: (x: number, y: number) => number, most = 255): Plane {
  const data = Float32Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [(at % width) + 1, Math.floor(at / width) + 1];
    const light = stars.map(
      (star) => star.height * Math.exp(-((x - star.x) ** 2 + (y - star.y) ** 2) / (2 * (star.spread ?? 1.2) ** 2)),
    );
    return Math.min(
      most,
      light.reduce((sum, value) => sum + value, sky(x, y) + 2 * noise(at)),
    );
  });
  return { width, height, data };
}

const stars: Star[] = [
  { x: 40.3, y: 50.8, height: 150 },
  { x: 100, y: 120.5, height: 120 },
  { x: 250.2, y: 200, height: 90 },
  { x: 300.6, y: 30.4, height: 60 },
];

/** Distance from the found source nearest to a star. */
const missedBy = (found: readonly { x: number; y: number }[], star: Star): number =>
  Math.min(...found.map(({ x, y }) => Math.hypot(x - star.x, y - star.y)));

describe('peaks', () => {
  test('are found where the stars are, the highest first, and nothing else', async () => {
    const found = await findPeaks(
      picture(stars, () => 20),
      8,
    );
    expect(found).toHaveLength(stars.length);
    for (const [index, star] of stars.entries()) {
      expect(Math.hypot((found[index]?.x ?? 0) - star.x, (found[index]?.y ?? 0) - star.y)).toBeLessThan(0.3);
      expect(found[index]?.background).toBeCloseTo(20, -1);
    }
  });

  test('a nebula hides no star', async () => {
    const nebula = (x: number, y: number) => 10 + 100 * Math.exp(-((x - 160) ** 2 + (y - 120) ** 2) / 8000);
    const found = await findPeaks(picture(stars, nebula), 8);
    for (const star of stars) expect(missedBy(found, star)).toBeLessThan(0.4);
  });

  test('a star that is cut off at the top is one source, in its middle, and the wider one is the brighter', async () => {
    const flat = [
      { x: 80, y: 80, height: 3000, spread: 1.6 },
      { x: 200, y: 150, height: 90_000, spread: 2 },
    ];
    const found = await findPeaks(
      picture(flat, () => 10),
      20,
    );
    expect(found).toHaveLength(2);
    expect(found[0]?.x).toBeCloseTo(200, 0);
    expect(missedBy(found, flat[0] as Star)).toBeLessThan(0.3);
  });

  test('an even picture and a tiny one have none', async () => {
    expect(await findPeaks({ width, height, data: new Float32Array(width * height).fill(7) }, 5)).toEqual([]);
    expect(await findPeaks({ width: 6, height: 200, data: new Float32Array(1200) }, 5)).toEqual([]);
  });
});

test('the level of the sky follows a slope across the picture', async () => {
  const slope = (x: number, y: number) => x + 2 * y;
  const data = Float32Array.from({ length: width * height }, (_, at) => slope(at % width, Math.floor(at / width)));
  const sky = new SkyLevel({ width, height, data }, 40);
  // Beyond the middle of the outermost boxes the level is taken as even.
  for (const [x, y] of [
    [160, 120],
    [40, 40],
    [280, 200],
  ] as const)
    expect(Math.abs(sky.at(x, y) - slope(x, y))).toBeLessThan(4);
});
