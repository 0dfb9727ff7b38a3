// Whether a failed attempt is made again, and after what pause. Pure.
import type { AstrogateError } from '@astrogate/proto';

/** First pause before an attempt is made again, milliseconds; it doubles up to the longest. */
const firstPauseMs = 250;
const longestPauseMs = 8_000;

/** A job that takes a solver, an engine or an api with it so many times is not tried again. */
export const maxBroken = 5;

export interface FailedAttempt {
  readonly error: AstrogateError;
  /** Whether the solver had accepted it; before that, an attempt costs nothing. */
  readonly wasAccepted: boolean;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** Earlier ones that were broken. */
  readonly broken: number;
  /** Time since the job's first attempt, milliseconds. */
  readonly triedMs: number;
  /** For so long an attempt that costs nothing is made again, milliseconds. */
  readonly retryMs: number;
}

/** Pause before the next attempt in milliseconds; undefined: there is none, the job fails with the error. */
export function pauseBeforeNext(failed: FailedAttempt): number | undefined {
  const { error, attempt, broken, triedMs, retryMs } = failed;
  // Whoever asked may send it again; here it does not come back.
  if (!error.retryable || error.code === 'upload_lost') return undefined;
  if (isBroken(failed)) return broken + 1 < maxBroken ? doubled(broken + 1) : undefined;
  return triedMs < retryMs ? doubled(attempt) : undefined;
}

/** Whether the attempt may have broken what ran it. One that could not read its upload has not, however far it came. */
export function isBroken({ error, wasAccepted }: Pick<FailedAttempt, 'error' | 'wasAccepted'>): boolean {
  return wasAccepted && error.code !== 'storage_unavailable';
}

function doubled(times: number): number {
  return Math.min(firstPauseMs * 2 ** (times - 1), longestPauseMs);
}
