// Who is killed when. Pure: the same seed gives the same plan.

export const victims = ['api', 'solver', 'database', 'everything'] as const;
export type Victim = (typeof victims)[number];

export interface Kill {
  readonly victim: Victim;
  /** When so many jobs have ended, */
  readonly afterEnds: number;
  /** and so much later, milliseconds. */
  readonly delayMs: number;
  /** How long it stays dead, milliseconds. */
  readonly downMs: number;
  /** Which one of several, 0 to below 1. */
  readonly which: number;
}

/** The last tenth of the jobs is left in peace, so that the kills do not come when all is over. */
const peace = 0.1;
/** A job with a hint takes half a second: some kills hit its beginning, some its end. */
const longestDelayMs = 1500;
/** Longer than the shortest retry, shorter than a lease. */
const longestDownMs = 1000;

/** `each` kills of every one of `who`, in the order in which they come. */
export function planKills(who: readonly Victim[], each: number, jobs: number, seed: number): Kill[] {
  const random = generator(seed);
  const order = who.flatMap((victim) => Array<Victim>(each).fill(victim));
  const ranks = new Map(order.map((_, index) => [index, random()]));
  const shuffled = [...order.keys()].sort((a, b) => (ranks.get(a) as number) - (ranks.get(b) as number));
  // Each has a stretch of the jobs of its own: kills that pile up would all hit the same last job.
  const stretch = (jobs * (1 - peace)) / order.length;
  return shuffled.map((index, place) => ({
    victim: order[index] as Victim,
    afterEnds: Math.floor((place + random()) * stretch),
    delayMs: Math.floor(random() * longestDelayMs),
    downMs: Math.floor(random() * longestDownMs),
    which: random(),
  }));
}

/**
 * How many kills there must have been before job `index` is handed in: the first half of the jobs comes at once, the
 * other half keeps step with the kills, so that every kill finds jobs that run and wait.
 */
export function killsBefore(index: number, jobs: number, kills: number): number {
  const half = jobs / 2;
  return index < half ? 0 : Math.floor(((index - half) / half) * kills);
}

/** Numbers from 0 to below 1 (Lehmer, modulus 2^31 - 1). */
function generator(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
