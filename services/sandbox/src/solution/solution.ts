// Packs a match into the answer.
import type { SandboxSolution, Star } from '@astrogate/proto/sandbox';
import type { EngineMatch } from '../engine/engine-match.js';
import type { PictureSize } from '../recipes/recipe.js';
import type { PlannedTrial } from '../recipes/trial.js';
import type { Source } from '../sources/source.js';
import { calibrate } from './calibration.js';
import { formatWcs } from './wcs-header.js';

/** The outcome's limit for stars of the match. */
const mostMatched = 5000;

/** A hundred-thousandth of a pixel, and 1e-8 degrees: finer than anything measured, and half the bytes. */
const shortPixel = (value: number): number => Number(value.toFixed(5));
const shortDegrees = (value: number): number => Number(value.toFixed(8));

/** Stars as they are answered, brightest first, at most `most`. */
export function reportStars(stars: readonly Source[], most: number): Star[] {
  return stars
    .slice(0, most)
    .map(({ x, y, flux }) => ({ x: shortPixel(x), y: shortPixel(y), flux: Number(flux.toPrecision(7)) }));
}

export interface Found {
  trial: PlannedTrial;
  match: EngineMatch;
  /** Brightest first. */
  stars: readonly Source[];
}

export function packSolution({ trial, match, stars }: Found, size: PictureSize, maxStars: number): SandboxSolution {
  const { a, b, ...linear } = match.wcs;
  return {
    ...calibrate(match.wcs, size),
    wcs: { header: formatWcs(match.wcs, size).toString('base64'), ...linear },
    matched: match.pairs.slice(0, mostMatched).map(({ x, y, ra, dec }) => ({
      x: shortPixel(x),
      y: shortPixel(y),
      ra: shortDegrees(ra),
      dec: shortDegrees(dec),
    })),
    stars: reportStars(stars, maxStars),
    logOdds: match.logOdds,
    index: match.index,
    recipe: trial.recipe.name,
    hint: trial.hint.kind,
    hintSource: trial.hint.source,
  };
}
