// Ended jobs are kept for a day, and no more than memory allows.
import type { JobStore } from './job-store.js';

const keptMs = 24 * 60 * 60 * 1000;
/** With 5000 stars and 5000 matched stars a job takes about 1 MB at the very most, 0.2 MB as a rule. */
const keptJobs = 500;
const everyMs = 30_000;

/** Forgets old jobs from time to time until `stop` is called. */
export function startRetention(store: JobStore, now: () => Date): { stop: () => void } {
  const timer = setInterval(
    () => void store.forgetEnded(new Date(now().getTime() - keptMs), keptJobs),
    everyMs,
  ).unref();
  return { stop: () => clearInterval(timer) };
}
