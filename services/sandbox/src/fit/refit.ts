// From the engine's match, which fixes the sky around one quad, to a WCS that holds over the whole picture: pairs are
// looked for farther and farther out, and the WCS is fitted again each time.
import type { PictureSize } from '../recipes/recipe.js';
import type { SkyPoint } from '../solution/sky.js';
import type { Wcs } from '../solution/wcs.js';
import { pairUp, StarGrid } from './pairing.js';
import { type Fit, fitTanSip, type Pair } from './tan-sip-fit.js';

export interface Match {
  wcs: Wcs;
  pairs: readonly Pair[];
}

export interface RefitOptions {
  size: PictureSize;
  /** All stars of the index in and around the field. */
  references: readonly SkyPoint[];
  /** Stars of the picture, brightest first. */
  stars: readonly { x: number; y: number }[];
  /** Highest order of the distortion polynomials, 1 to 5; a lower one is taken when the stars ask for no more. */
  order: number;
}

/**
 * Errors of places, pixels. A star finder places a star to a third of a pixel or better, so that three times the least
 * loses none; the most is what undetected blends do.
 */
const placeError = { least: 0.35, most: 2 };
/** A step of growing: where pairs are looked for, and how the error of a place grows with the distance. */
interface Step {
  /** So many times the spread of the pairs there are: farther out the fit foretells nothing yet. */
  within: number;
  /** 1: an error doubles at 1.7 times the spread of the pairs. 0: it is the same everywhere. */
  share: number;
}

/** Each step reaches 1.4 times as far: ten of them go from any quad to the corners. */
const outwards: readonly Step[] = Array.from({ length: 10 }, () => ({ within: 2, share: 1 }));
const everywhere = [0.25, 0.06, 0, 0].map((share): Step => ({ within: Number.POSITIVE_INFINITY, share }));
/** A pair farther apart than so many standard deviations is none. */
const reachSigmas = 4;
/** Stars per coefficient and axis before a term is fitted: half as many let noise bend the corners. */
const pairsPerTerm = 2.5;
/** Faint stars that no index has only make false pairs. */
const mostStars = { perReference: 3, least: 60 };
const cellPixels = 16;

type Track = Match & { rms: number };

/**
 * A better match, or `found` when there is none: never fewer than three quarters of its pairs. No distortion is fitted
 * before all pairs are there that a plain projection gives: the engine's match can be so far off that distortion fitted
 * to it leads astray, and from a plain fit the corners of a wide lens are still found.
 */
export function refit(found: Match, { size, references, stars, order }: RefitOptions): Match {
  const used = stars.slice(0, Math.max(mostStars.least, mostStars.perReference * references.length));
  const grid = new StarGrid(used, cellPixels);
  const grow = (from: Track, steps: readonly Step[], highest: number): Track => {
    let match = from;
    for (const step of steps) {
      const pairs = pairUp(references, grid, match.wcs, reachAround(match, step));
      const fit = bestFit(pairs, match.wcs, size, highest);
      if (!fit) break;
      match = { ...fit, pairs };
    }
    return match;
  };
  const plain = grow({ ...found, rms: 1 }, [...outwards, ...everywhere], 1);
  const { wcs, pairs } = grow(plain, everywhere, order);
  return wcs === found.wcs || pairs.length < 0.75 * found.pairs.length ? found : { wcs, pairs };
}

/** How far a pair may be apart at a place: nothing where none is looked for yet. */
function reachAround({ pairs, rms }: Track, { within, share }: Step): (x: number, y: number) => number {
  const count = Math.max(1, pairs.length);
  const [x, y] = [pairs.reduce((sum, pair) => sum + pair.x, 0) / count, pairs.reduce((sum, p) => sum + p.y, 0) / count];
  const spread = pairs.reduce((sum, pair) => sum + (pair.x - x) ** 2 + (pair.y - y) ** 2, 0) / count || 1;
  const error = Math.min(placeError.most, Math.max(placeError.least, rms));
  return (px, py) => {
    const distance = ((px - x) ** 2 + (py - y) ** 2) / spread;
    return distance > within ** 2 ? 0 : reachSigmas * error * Math.sqrt(1 + share * distance);
  };
}

/** The order that the pairs ask for, by the Bayesian information criterion (Schwarz 1978). */
function bestFit(pairs: readonly Pair[], near: Wcs, size: PictureSize, highest: number): Fit | undefined {
  let best: { fit: Fit; criterion: number } | undefined;
  for (let order = 1; order <= highest; order++) {
    const terms = ((order + 1) * (order + 2)) / 2;
    if (order > 1 && pairs.length < pairsPerTerm * terms) break;
    const fit = fitTanSip(pairs, near, size, order);
    if (!fit) break;
    const count = 2 * pairs.length;
    const criterion = 2 * count * Math.log(Math.max(fit.rms, 1e-3)) + 2 * terms * Math.log(count);
    if (!best || criterion < best.criterion) best = { fit, criterion };
  }
  return best?.fit;
}
