// Remembers what the last pictures of each caller were like. In memory: what a restart forgets, the next solution tells.
import { type LearnedGuess, learnedGuessSchema, mostLearnedGuesses, type OutcomeInit } from '@astrogate/proto';

/**
 * A caller's memories take 2 kB, so all of them 10 MB; with more callers than this at once, those whose last
 * solution is the oldest search blind again.
 */
const mostCallers = 5_000;
/** Focus and temperature change a scale by a thousandth; a quad of stars in a distorted corner measures a few hundredths. */
const scaleTolerance = 0.05;
/** The next picture shows the same object or the panel of a mosaic beside it, unless the rig slewed. In field radii. */
const fieldRadii = 4;
/** A small field may be centred anew by hand, degrees. */
const leastRadius = 1;

export class LearnedHints {
  /** By callerKey, in the order of their last solution; of each the latest guess first. */
  readonly #callers = new Map<string, readonly LearnedGuess[]>();

  constructor(private readonly limits = { callers: mostCallers, guesses: mostLearnedGuesses }) {}

  /** Guesses for the caller's next picture, the latest first; each is meant for pictures of its format and size alone. */
  recall(callerKey: string): LearnedGuess[] {
    return [...(this.#callers.get(callerKey) ?? [])];
  }

  /** Takes a solved outcome in; any other, and one of an unknown caller (""), teaches nothing. */
  learn(callerKey: string, outcome: OutcomeInit): void {
    const guess = guessFrom(outcome);
    if (callerKey === '' || !guess) return;
    const others = this.recall(callerKey).filter((known) => !isSameRig(known, guess));
    this.#callers.delete(callerKey);
    this.#callers.set(callerKey, [guess, ...others].slice(0, this.limits.guesses));
    const [oldest] = this.#callers.keys();
    if (this.#callers.size > this.limits.callers && oldest !== undefined) this.#callers.delete(oldest);
  }
}

/** Undefined when the outcome is no solution. */
function guessFrom({ solution, picture }: OutcomeInit): LearnedGuess | undefined {
  if (!solution || !picture) return undefined;
  const { format, width, height } = picture;
  const pixelScale = Number(solution.pixelScale);
  const guess = {
    source: 'HINT_SOURCE_LEARNED',
    scaleLow: pixelScale * (1 - scaleTolerance),
    scaleHigh: pixelScale * (1 + scaleTolerance),
    ra: solution.ra,
    dec: solution.dec,
    radius: Math.min(Math.max(fieldRadii * Number(solution.radius), leastRadius), 180),
    parity: solution.parity,
    picture: { format, width, height },
  };
  return learnedGuessSchema.safeParse(guess).data;
}

/** Whether two guesses come from one camera behind one telescope: then the later one takes the place of the other. */
function isSameRig(one: LearnedGuess, other: LearnedGuess): boolean {
  const isSamePicture = (['format', 'width', 'height'] as const).every(
    (key) => one.picture[key] === other.picture[key],
  );
  const middle = ({ scaleLow = 0, scaleHigh = 0 }: LearnedGuess) => (scaleLow + scaleHigh) / 2;
  const isSameScale = middle(one) >= (other.scaleLow ?? 0) && middle(one) <= (other.scaleHigh ?? 0);
  return isSamePicture && isSameScale && one.parity === other.parity;
}
