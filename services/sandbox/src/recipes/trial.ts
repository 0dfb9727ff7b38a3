// A trial is a recipe with a hint. Which trials a job has, in the order in which they start.
import type { SandboxJob } from '@astrogate/proto/sandbox';
import { type Guess, guessesOf, type PictureKind } from './guesses.js';
import { type Recipe, recipesFor } from './recipe.js';
import { blindHint, type SearchHint } from './search-hint.js';

export interface PlannedTrial {
  recipe: Recipe;
  hint: SearchHint;
  /** Whether the engine takes its time with weak matches; see Search. */
  tunes: boolean;
  /** After so much searching the next one gets its turn. */
  patienceSeconds: number;
}

/** Trials that run at once: the winner of two is close to the best of all, and machines have two cores. */
export const lanes = 2;
/** A good star list is solved in a second or two even without a hint, a bad one keeps the engine busy for minutes. */
const firstPatienceSeconds = 5;
/** With a right hint a search takes 10 to 150 ms of computing, with a wrong one minutes. This leaves room for a busy machine. */
const narrowPatienceSeconds = 0.6;
/** The rest of the time limit is for decoding, looking for stars, and the answer. */
const searchShare = 0.9;
/** All narrow trials together take no more than this share of the search, so that a short limit is not spent on wrong hints. */
const narrowShare = 0.25;

type Untimed = Pick<PlannedTrial, 'recipe' | 'hint'>;

/**
 * Narrow trials with what may be known, then the blind ones, which know nothing: a wrong hint costs a moment and loses
 * nothing. Every recipe is tried blind, first with little patience so that two bad lists do not hold up the good one
 * behind them, then again with an equal share of the time and a second look at weak matches. So a picture that nothing solves ends as not solved before
 * a usual limit, and one that is short of time as a timeout.
 */
export function plannedTrials(picture: PictureKind, job: SandboxJob): PlannedTrial[] {
  const { hints, limits } = job;
  const recipes = recipesFor(picture, hints.downsample);
  const guesses = guessesOf(picture, job);
  const blind = blindHint(picture, hints);
  const narrow = guesses.flatMap((guess) => narrowTrials(guess, recipes));
  const searchSeconds = limits.maxSeconds * searchShare;
  const narrowPatience = Math.min(narrowPatienceSeconds, (searchSeconds * narrowShare * lanes) / narrow.length);
  const rounds = Math.ceil(recipes.length / lanes);
  const left = searchSeconds - rounds * firstPatienceSeconds;
  const [best] = guesses;
  const insisted = guesses.find(({ full }) => full.source === 'HINT_SOURCE_CALLER')?.full;
  return [
    ...withPatience(narrowPatience, narrow),
    ...pairs(recipes).flatMap((pair, round) => [
      // The first pair has had its narrow trials. A list that is made for a blind trial is worth a narrow one before.
      ...withPatience(narrowPatience, round === 0 || !best ? [] : both(pair, insisted ?? best.loose ?? best.full)),
      ...withPatience(firstPatienceSeconds, both(pair, blind)),
    ]),
    // What the caller says may be right and still take long: a field below what a blind search covers, a wide scale.
    ...withPatience(firstPatienceSeconds, insisted ? both(recipes.slice(0, lanes), insisted) : []),
    ...withPatience(Math.max(firstPatienceSeconds, left / rounds), both(recipes, blind), true),
  ];
}

/**
 * One guess with the first two recipes. Where the caller or a header points is meant for this picture: both lists are
 * tried there before the scale alone. Where a rig pointed last is right until it slews: the other lane looks at the
 * whole sky meanwhile.
 */
function narrowTrials({ full, loose }: Guess, recipes: readonly Recipe[]): Untimed[] {
  const [first, second] = recipes.slice(0, lanes);
  if (!first) return [];
  if (!second || !loose || full.source !== 'HINT_SOURCE_LEARNED')
    return [full, ...(loose ? [loose] : [])].flatMap((hint) => both(recipes.slice(0, lanes), hint));
  return [
    { recipe: first, hint: full },
    { recipe: second, hint: loose },
    { recipe: first, hint: loose },
    { recipe: second, hint: full },
  ];
}

const both = (recipes: readonly Recipe[], hint: SearchHint): Untimed[] => recipes.map((recipe) => ({ recipe, hint }));

const withPatience = (patienceSeconds: number, trials: readonly Untimed[], tunes = false): PlannedTrial[] =>
  trials.map((trial) => ({ ...trial, patienceSeconds, tunes }));

const pairs = (recipes: readonly Recipe[]): Recipe[][] =>
  Array.from({ length: Math.ceil(recipes.length / lanes) }, (_, round) =>
    recipes.slice(round * lanes, (round + 1) * lanes),
  );
