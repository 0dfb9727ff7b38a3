// A match of few stars fixes the middle of the field, not its corners. It is fitted again with a longer star list.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { search } from '../engine/engine.js';
import { FitsTable } from '../fits/table.js';
import { calibrate } from '../solution/calibration.js';
import type { Found } from '../solution/solution.js';
import { parseWcs } from '../solution/wcs.js';
import type { PictureSize, Recipe } from './recipe.js';
import type { StarLists } from './star-lists.js';
import type { SearchHint } from './trial.js';

/** Distortion of order 2 has 12 terms; with twice as many coordinates and some to spare the fit holds everywhere. */
const enoughMatched = 20;
/** What is known from the first match is that good. */
const scaleTolerance = 0.03;
/** With such a hint the engine needs a tenth of a second of computing; this leaves room for a machine under load. */
const patienceMs = 5000;

export interface RefineContext {
  lists: StarLists;
  size: PictureSize;
  config: string;
  dir: string;
  /** Recipes whose lists may be longer, in the order in which they are asked. */
  recipes: readonly Recipe[];
  signal: AbortSignal;
}

/** The match with the most stars: `found` itself when it has enough, or when no other list gives more. Never throws. */
export async function refine(found: Found, context: RefineContext): Promise<Found> {
  if (matchedCount(found) >= enoughMatched) return found;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(patienceMs)]);
  let best = found;
  for (const recipe of context.recipes) {
    if (recipe.name === found.trial.recipe.name) continue;
    const other = await matchWith(recipe, found, { ...context, signal }).catch(() => undefined);
    if (other && matchedCount(other) > matchedCount(best)) best = other;
    if (matchedCount(best) >= enoughMatched) break;
  }
  return best;
}

async function matchWith(recipe: Recipe, found: Found, context: RefineContext): Promise<Found | undefined> {
  const { lists, size, config, dir, signal } = context;
  const { stars, searchOrder } = await lists.list(recipe, signal);
  if (stars.length <= found.stars.length) return undefined;
  const hint = hintFrom(found, size);
  const place = join(dir, recipe.name.replaceAll(' ', '-'));
  const match = await search({ config, size, hint, sources: searchOrder, dir: place, signal });
  return match && { trial: found.trial, match, stars };
}

function hintFrom({ trial, match }: Found, size: PictureSize): SearchHint {
  const { ra, dec, radius, pixelScale, parity } = calibrate(parseWcs(readFileSync(match.files.wcs)), size);
  return {
    kind: trial.hint.kind,
    scale: { low: pixelScale * (1 - scaleTolerance), high: pixelScale * (1 + scaleTolerance) },
    position: { ra, dec, radius },
    parity,
    tweakOrder: trial.hint.tweakOrder,
  };
}

const matchedCount = ({ match }: Found): number => FitsTable.parse(readFileSync(match.files.corr)).rows;
