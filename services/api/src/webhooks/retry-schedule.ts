// When a webhook that was not taken is sent again. Pure.

/** Milliseconds after each failed attempt: soon for a restart, long enough for a night's repair: 9 hours in all. */
const pausesMs = [5, 30, 2 * 60, 10 * 60, 30 * 60, 3_600, 2 * 3_600, 5 * 3_600].map((seconds) => seconds * 1000);

/** Attempts in all, the first included. */
export const mostAttempts = pausesMs.length + 1;

/** So that the webhooks of one outage do not come back all at once. */
const jitter = 0.2;

/** A receiver may ask for more time than the schedule has, but not to be forgotten. */
const longestAskedMs = 5 * 3_600_000;

/**
 * Milliseconds until the next attempt after `failed` ones, 1 or more; undefined: there is none. `askedMs` is what the
 * receiver asked for, `random` a number in [0, 1).
 */
export function pauseAfter(
  failed: number,
  { askedMs = 0, random }: { askedMs?: number | undefined; random: number },
): number | undefined {
  const pause = pausesMs[failed - 1];
  if (pause === undefined) return undefined;
  const spread = pause * (1 - jitter + 2 * jitter * random);
  return Math.round(Math.max(spread, Math.min(askedMs, longestAskedMs)));
}
