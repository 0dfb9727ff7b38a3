// A match of few stars fixes the middle of the field, not its corners. It is fitted again with every star list there is.
import { type Match, refit } from '../fit/refit.js';
import type { Found } from '../solution/solution.js';
import type { Source } from '../sources/source.js';
import type { PictureSize, Recipe } from './recipe.js';
import type { StarLists } from './star-lists.js';

/** Distortion of order 2 has 12 terms; with twice as many coordinates and some to spare the fit holds everywhere. */
const enoughPairs = 20;
/** Fewer than this, and it is worth the time to look for stars again. */
const fewPairs = 10;
/** A star finder takes a fraction of a second; this leaves room for a machine under load. */
const patienceMs = 5000;

export interface RefineContext {
  lists: StarLists;
  size: PictureSize;
  /** Recipes whose lists may be longer, in the order in which they are asked. */
  recipes: readonly Recipe[];
  signal: AbortSignal;
}

/** The match with the most pairs of those that the star lists give. Never throws. */
export async function refine(found: Found, { lists, size, recipes, signal }: RefineContext): Promise<Found> {
  const { references } = found.match;
  const order = found.trial.hint.tweakOrder;
  let best: Match = found.match;
  const tryWith = (stars: readonly Source[]) => {
    if (best !== found.match && best.pairs.length >= enoughPairs) return;
    const match = refit(found.match, { size, references, stars, order });
    if (match !== found.match && (best === found.match || match.pairs.length > best.pairs.length)) best = match;
  };
  tryWith(found.stars);
  for (const { stars } of lists.made) if (stars.length > found.stars.length) tryWith(stars);
  const stop = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  for (const recipe of recipes) {
    if (best.pairs.length >= fewPairs) break;
    const list = await lists.list(recipe, stop).catch(() => undefined);
    if (list && list.stars.length > found.stars.length) tryWith(list.stars);
  }
  return { ...found, match: { ...found.match, ...best } };
}
