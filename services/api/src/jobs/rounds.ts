// The fair order of waiting jobs: start-time fair queueing with jobs of equal weight. Each job of a caller stands one
// round behind the caller's job before; a caller who comes anew starts with the round that is being served. Pure.
// Source: P. Goyal, H. M. Vin, H. Cheng, "Start-time Fair Queueing", SIGCOMM 1996.

export interface QueueRounds {
  /** Lowest round among jobs that wait; undefined: none waits. */
  readonly lowestWaiting: number | undefined;
  /** Highest round among jobs that have an attempt in flight; undefined: none has. */
  readonly highestTaken: number | undefined;
  /** Highest round among the caller's jobs that have not ended; undefined: there is none. */
  readonly lastOfCaller: number | undefined;
}

/** The round of a caller's next job. Lower rounds are dispatched first; 0 when there is nobody else. */
export function nextRound({ lowestWaiting, highestTaken, lastOfCaller }: QueueRounds): number {
  const served = lowestWaiting ?? highestTaken ?? 0;
  return lastOfCaller === undefined ? served : Math.max(served, lastOfCaller + 1);
}
