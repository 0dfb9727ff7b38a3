// When a job that waits will have its turn. Pure.

export interface Waiting {
  /** 1: the next one that gets a slot. */
  readonly position: number;
  /** Undefined: no solver has said. */
  readonly slots: number | undefined;
  /** Mean time of an attempt, seconds. */
  readonly runSeconds: number | undefined;
}

/**
 * Mean wait in whole seconds; null when nothing is known to reckon it from. With all slots taken and run times that are
 * exponentially distributed, an attempt ends every runSeconds / slots in the mean, however long the present ones have
 * been running; a job's turn comes when that has happened `position` times.
 */
export function estimatedWaitSeconds({ position, slots, runSeconds }: Waiting): number | null {
  if (slots === undefined || runSeconds === undefined) return null;
  return Math.ceil((position * runSeconds) / slots);
}
