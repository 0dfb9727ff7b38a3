// A trial is a recipe with a hint. Which trials a job has, in the order in which they start.
import type { HintKind, Hints } from '@astrogate/proto/sandbox';
import { type PictureSize, type Recipe, recipesFor } from './recipe.js';

export interface PlannedTrial {
  recipe: Recipe;
  hint: SearchHint;
  /** After so much searching the next one gets its turn. */
  patienceSeconds: number;
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

/** Trials that run at once: the winner of two is close to the best of all, and machines have two cores. */
export const lanes = 2;
/** A good star list is solved in a second or two even without a hint, a bad one keeps the engine busy for minutes. */
const firstPatienceSeconds = 5;
/** The rest of the time limit is for decoding, looking for stars, and the answer. */
const searchShare = 0.9;

/**
 * Every recipe with what the caller knows (a caller's hint is a constraint), first with little patience so that two
 * bad lists do not hold up the good one behind them, then again with an equal share of the time that is left. So a
 * picture that nothing solves ends as not solved before a usual limit, and one that is short of time as a timeout.
 */
export function plannedTrials(size: PictureSize, hints: Hints, maxSeconds: number): PlannedTrial[] {
  const hint = searchHint(size, hints);
  const trials = recipesFor(size, hints.downsample).map((recipe) => ({ recipe, hint }));
  const rounds = Math.ceil(trials.length / lanes);
  const left = maxSeconds * searchShare - rounds * firstPatienceSeconds;
  const secondPatienceSeconds = Math.max(firstPatienceSeconds, left / rounds);
  return [firstPatienceSeconds, secondPatienceSeconds].flatMap((patienceSeconds) =>
    trials.map((trial) => ({ ...trial, patienceSeconds })),
  );
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
