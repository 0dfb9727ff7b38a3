// A trial is a recipe with a hint. Which trials a job has, in the order in which they start.
import type { HintKind, Hints } from '@astrogate/proto/sandbox';
import { type PictureSize, type Recipe, recipesFor } from './recipe.js';

export interface PlannedTrial {
  recipe: Recipe;
  hint: SearchHint;
  /** After so much searching the next one gets its turn. Absent: until the deadline. */
  patienceSeconds?: number;
}

/** What narrows a search, in the picture's own units. */
export interface SearchHint {
  kind: HintKind;
  /** Arcsec per pixel of the picture as uploaded. */
  scale?: { low: number; high: number };
  /** J2000 degrees. */
  position?: { ra: number; dec: number; radius: number };
  parity: Hints['parity'];
  /** 1-based range of sources. */
  depth?: { low: number; high: number };
  /** 1 to 5. */
  tweakOrder: number;
}

/** Order of the distortion polynomials when the caller does not say. */
const defaultTweakOrder = 2;
/** The deepest range that the engine looks at by itself. */
const deepest = 200;
const arcsecPerDegree = 3600;

/** A good star list is solved in a second or two even without a hint, a bad one keeps the engine busy for minutes. */
const patienceSeconds = 8;

/**
 * Every recipe with what the caller knows (a caller's hint is a constraint), first with little patience so that two
 * bad lists do not hold up the good one behind them, then again without a limit.
 */
export function plannedTrials(size: PictureSize, hints: Hints): PlannedTrial[] {
  const hint = searchHint(size, hints);
  const trials = recipesFor(size, hints.downsample).map((recipe) => ({ recipe, hint }));
  return [...trials.map((trial) => ({ ...trial, patienceSeconds })), ...trials];
}

/** The caller's hints; a field width becomes a scale, and gives way to a scale that is given. */
export function searchHint({ width }: PictureSize, hints: Hints): SearchHint {
  const { scaleLow, scaleHigh, widthLow, widthHigh, ra, dec, radius, depthLow, depthHigh } = hints;
  const perPixel = arcsecPerDegree / width;
  const scale =
    scaleLow !== undefined && scaleHigh !== undefined
      ? { low: scaleLow, high: scaleHigh }
      : widthLow !== undefined && widthHigh !== undefined
        ? { low: widthLow * perPixel, high: widthHigh * perPixel }
        : undefined;
  const position = ra !== undefined && dec !== undefined && radius !== undefined ? { ra, dec, radius } : undefined;
  const low = depthLow ?? 1;
  const depth =
    depthLow !== undefined || depthHigh !== undefined ? { low, high: depthHigh ?? Math.max(low, deepest) } : undefined;
  return {
    kind: scale && position ? 'scale+position' : scale ? 'scale' : position ? 'position' : 'none',
    ...(scale && { scale }),
    ...(position && { position }),
    ...(depth && { depth }),
    parity: hints.parity,
    tweakOrder: hints.tweakOrder ?? defaultTweakOrder,
  };
}
