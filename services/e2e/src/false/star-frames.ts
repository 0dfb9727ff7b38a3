// Frames with stars that no sky has.
import type { PlacedStar } from '@astrogate/local';
import { addNoise, addSpot, blank, type Canvas, type Random } from './canvas.js';

/** Fewest and most spots of a frame; between them evenly in the logarithm. */
const spots = { fewest: 20, most: 500 };
/** The number of stars grows by this factor per magnitude: 10^0.4 to 10^0.5 away from the Milky Way. */
const starsPerMagnitude = 2.8;

/** Star-like spots at random places, brightnesses as in a real sky. */
export function randomStars(random: Random): Canvas {
  const { canvas, noise, sigma } = emptySky(random);
  const count = Math.round(spots.fewest * (spots.most / spots.fewest) ** random.uniform());
  const faintest = 8 * noise;
  for (let spot = 0; spot < count; spot++) {
    // Of stars whose number grows evenly in the logarithm, this is how much brighter than the faintest one is.
    const magnitudes = -Math.log(1 - random.uniform()) / Math.log(starsPerMagnitude);
    addSpot(canvas, ...place(canvas, random), faintest * 10 ** (0.4 * magnitudes), sigma);
  }
  addNoise(canvas, noise, random);
  return canvas;
}

/**
 * The stars of a real sky, each with the x of one and the y of another: brightness, number and crowding of the real
 * one, and not one true constellation. `stars` were placed in a picture of `from`.
 */
export function shuffledSky(
  random: Random,
  { stars, from }: { stars: readonly PlacedStar[]; from: { width: number; height: number } },
): Canvas {
  const { canvas, noise, sigma } = emptySky(random);
  const faintest = Math.max(...stars.map(({ magnitude }) => magnitude));
  const [columns, rows] = [shuffled(stars, random), shuffled(stars, random)];
  for (const [index, { magnitude }] of stars.entries()) {
    const x = ((columns[index]?.x ?? 0) - 1) * (canvas.width / from.width);
    const y = ((rows[index]?.y ?? 0) - 1) * (canvas.height / from.height);
    addSpot(canvas, x, y, 8 * noise * 10 ** (0.4 * (faintest - magnitude)), sigma);
  }
  addNoise(canvas, noise, random);
  return canvas;
}

function emptySky(random: Random): { canvas: Canvas; noise: number; sigma: number } {
  const canvas = blank(random, 1000 + 2000 * random.uniform());
  return { canvas, noise: 30 + 40 * random.uniform(), sigma: 0.9 + 0.9 * random.uniform() };
}

const place = ({ width, height }: Canvas, random: Random) =>
  [random.uniform() * (width - 1), random.uniform() * (height - 1)] as const;

/** Method: Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = Math.floor(random.uniform() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T];
  }
  return mixed;
}
