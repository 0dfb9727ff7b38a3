// How often something may be done: `count` times at once, and then again as time goes by, so that there are never more
// than twice `count` in `seconds` (the generic cell rate algorithm, ITU-T I.371). Pure.

export interface Budget {
  readonly count: number;
  readonly seconds: number;
}

/** What became of a request to do it once more. */
export interface Taken {
  readonly isAllowed: boolean;
  /** How often it may be done at once after this. */
  readonly remaining: number;
  /** After so long without another one it may be done `count` times at once again. */
  readonly resetMs: number;
  /** After so long it may be done once; 0: at once. */
  readonly retryMs: number;
}

/** What each time costs, milliseconds. */
export function stepMs({ count, seconds }: Budget): number {
  return (seconds * 1000) / count;
}

/** `aheadMs`: how far what has been done reaches into the future, this time included if it was allowed. */
export function toTaken(isAllowed: boolean, aheadMs: number, budget: Budget): Taken {
  const leftMs = budget.seconds * 1000 - aheadMs;
  // A millisecond for what clocks and databases round.
  const remaining = Math.max(0, Math.floor((leftMs + 1) / stepMs(budget)));
  const retryMs = isAllowed && remaining > 0 ? 0 : Math.max(1, stepMs(budget) - leftMs);
  return { isAllowed, remaining: isAllowed ? remaining : 0, resetMs: Math.max(0, aheadMs), retryMs };
}
