// Ended jobs are kept for a day, and no more than memory allows.
import type { JobStore } from './job-store.js';

const keptMs = 24 * 60 * 60 * 1000;
/** A job with 5000 stars takes 0.8 MB: 160 MB in all, which fits the heap that Node takes in a container of 512 MB. */
const keptJobs = 200;
const everyMs = 30_000;

/** Forgets old jobs from time to time until `stop` is called. */
export function startRetention(store: JobStore, now: () => Date): { stop: () => void } {
  const timer = setInterval(
    () => void store.forgetEnded(new Date(now().getTime() - keptMs), keptJobs),
    everyMs,
  ).unref();
  return { stop: () => clearInterval(timer) };
}
