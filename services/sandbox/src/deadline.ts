// When a job must be answered, so that its answer arrives before whoever waits would kill the sandbox.

/** Enough for stopping programs and writing the answer on a machine under load. */
const usualMarginMs = 1500;
/** Of short limits: a larger margin would leave no time to solve. */
const leastMarginMs = 500;

/** Milliseconds that a job with this limit may work: a tenth of the limit is kept back, between half a second and 1.5 s. */
export function workingMs(maxSeconds: number): number {
  const margin = Math.min(Math.max(maxSeconds * 100, leastMarginMs), usualMarginMs);
  return Math.max(maxSeconds * 1000 - margin, 1);
}
