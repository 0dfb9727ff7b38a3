// Which solver takes the next attempt. Pure: knows numbers, no clock and no connection.

/** What is known of one solver of the pool. */
export interface Standing {
  /** Its last answer; undefined: it has not answered, or cannot be reached. */
  readonly report: Report | undefined;
  /** Attempts of this api that it has now. */
  readonly inFlight: number;
  /** When it was chosen last: a number that grows from choice to choice, 0 for never. */
  readonly lastChosen: number;
}

export interface Report {
  readonly accepting: boolean;
  /** Attempts it may run at once, 1 or more. */
  readonly slots: number;
  /** Attempts that ran or waited there when it answered, those of other api processes too. */
  readonly load: number;
  /** How many of them this api knew of as its own. */
  readonly inFlightThen: number;
}

/** Whether it may be given an attempt. */
export function isServing({ report }: Pick<Standing, 'report'>): boolean {
  return report?.accepting === true;
}

/** Attempts that it is supposed to have now: those of others as it said, those of this api as it knows itself. */
export function presentLoad({ report, inFlight }: Standing): number {
  return Math.max(0, (report?.load ?? 0) - (report?.inFlightThen ?? 0)) + inFlight;
}

/**
 * The place in `standings` of the solver that takes the next attempt; undefined when none serves. It is the one with
 * most free slots; when none has any, the one with the shortest queue for its size; of equals the one whose last turn
 * is longest ago.
 */
export function chooseSolver(standings: readonly Standing[]): number | undefined {
  let best: number | undefined;
  for (const [at, standing] of standings.entries()) {
    if (!isServing(standing)) continue;
    if (best === undefined || isBetter(standing, standings[best] as Standing)) best = at;
  }
  return best;
}

function isBetter(one: Standing, other: Standing): boolean {
  const free = freeSlots(one) - freeSlots(other);
  if (free !== 0) return free > 0;
  const crowd = crowding(one) - crowding(other);
  return crowd === 0 ? one.lastChosen < other.lastChosen : crowd < 0;
}

const slotsOf = ({ report }: Standing) => Math.max(1, report?.slots ?? 1);
const freeSlots = (standing: Standing) => Math.max(0, slotsOf(standing) - presentLoad(standing));
/** Attempts per slot, where all slots are taken. */
const crowding = (standing: Standing) => Math.max(1, presentLoad(standing) / slotsOf(standing));
