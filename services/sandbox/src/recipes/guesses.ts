// Which hints a job has beside none at all, the most promising first. Any of them may be wrong.
import type { ImageFormat, SandboxJob } from '@astrogate/proto/sandbox';
import type { PictureSize } from './recipe.js';
import { coversBlind, hintOf, type Narrowing, narrowingOf, type SearchHint } from './search-hint.js';

export interface PictureKind extends PictureSize {
  format: ImageFormat;
}

/** A hint with everything that is guessed, and what is left of it when its position and parity are out of date. */
export interface Guess {
  full: SearchHint;
  /** The scale alone; absent when the full hint is no more, or has no scale that is narrow. */
  loose?: SearchHint;
}

/**
 * Of what was learned only so many are tried. Behind one address there may be two rigs with the same camera; more of
 * them would hold up the blind search.
 */
const mostLearned = 2;
/** Bounds farther apart than this are searched hardly faster than a blind search. */
const narrowRatio = 10;

interface Candidate extends Narrowing {
  source: SearchHint['source'];
}

/**
 * The caller's guess, then the header's, then those learned from pictures of this format and size. Those with a scale
 * stand before those without: a scale is what makes a search short.
 */
export function guessesOf(picture: PictureKind, { hints, guesses }: SandboxJob): Guess[] {
  const caller = narrowingOf(picture, hints);
  // As many programs send it who do not know their scale.
  if (coversBlind(picture, caller)) caller.scale = undefined;
  const header = guesses
    .filter(({ source }) => source === 'HINT_SOURCE_HEADER')
    .map((guess) => narrowingOf(picture, guess));
  const learned = guesses
    .filter((guess) => guess.source === 'HINT_SOURCE_LEARNED' && isLike(guess.picture, picture))
    .slice(0, mostLearned)
    .map((guess) => narrowingOf(picture, guess));
  const candidates: Candidate[] = [
    { source: 'HINT_SOURCE_CALLER', ...caller },
    ...header.map((guess): Candidate => ({ source: 'HINT_SOURCE_HEADER', ...completed(guess, caller) })),
    ...learned.map((guess): Candidate => ({ source: 'HINT_SOURCE_LEARNED', ...moved(guess, [caller, ...header]) })),
  ];
  return [...candidates.filter(({ scale }) => scale), ...candidates.filter(({ scale }) => !scale)]
    .map((candidate) => guessOf(candidate, hints))
    .filter(({ full }) => full.kind !== 'none');
}

function guessOf({ source, ...narrowing }: Candidate, hints: SandboxJob['hints']): Guess {
  const full = hintOf(source, narrowing, hints);
  const { scale, position, parity } = narrowing;
  const isMore = position !== undefined || parity !== 'PARITY_UNSPECIFIED';
  if (!scale || scale.high > scale.low * narrowRatio || !isMore) return { full };
  return { full, loose: hintOf(source, { scale, parity: 'PARITY_UNSPECIFIED' }, hints) };
}

/** A header that tells a scale and no position goes well with the position that the caller knows. */
function completed(guess: Narrowing, caller: Narrowing): Narrowing {
  if (!guess.scale) return guess;
  return { ...guess, position: guess.position ?? caller.position, parity: parityOf(guess, caller) };
}

/** A rig keeps its scale and parity and slews: whoever knows where it points now knows better than the last solution. */
function moved(guess: Narrowing, present: readonly Narrowing[]): Narrowing {
  const now = present.find(({ position }) => position);
  const [caller = guess] = present;
  return { ...guess, position: now?.position ?? guess.position, parity: parityOf(caller, guess) };
}

const parityOf = (first: Narrowing, second: Narrowing): Narrowing['parity'] =>
  first.parity === 'PARITY_UNSPECIFIED' ? second.parity : first.parity;

const isLike = (one: PictureKind, other: PictureKind): boolean =>
  one.format === other.format && one.width === other.width && one.height === other.height;
