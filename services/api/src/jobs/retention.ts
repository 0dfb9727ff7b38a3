// What is kept is bounded: ended jobs by age, size and number, uploads by the jobs that need them, sessions by their end.
import type { ApiContext } from '../context.js';
import type { Uploads } from '../spool/uploads.js';
import type { JobStore } from './job-store.js';

/** However small they are: a list of so many is still looked through in some ten milliseconds. */
const keepJobs = 10_000;
/** An upload gets its job's row within an hour, the longest time that it may take to arrive. */
const orphanMs = 60 * 60 * 1000;
const everyMs = 30_000;

/** Forgets old jobs, uploads that no job needs, and sessions that are over, now and from time to time until `stop` is called. */
export function startRetention(parts: Pick<ApiContext, 'config' | 'store' | 'accounts' | 'uploads' | 'log' | 'now'>): {
  stop: () => void;
} {
  const { config, store, accounts, uploads, log, now } = parts;
  const { keepMs, keepBytes } = config;
  const clean = async () => {
    const tasks = [
      () => store.forgetEnded({ now: now(), keepMs, keepBytes, keepJobs }),
      () => store.limits.forget(),
      () => accounts.forgetOld(),
      () => removeOrphans(store, uploads, new Date(now().getTime() - orphanMs)),
    ];
    for (const task of tasks)
      await task().catch((err: unknown) => log.warn({ err }, 'old jobs, uploads or sessions stay for now'));
  };
  const timer = setInterval(() => void clean(), everyMs).unref();
  void clean();
  return { stop: () => clearInterval(timer) };
}

/** Removes uploads that have not changed since `time` and belong to no job that has not ended. */
export async function removeOrphans(
  store: Pick<JobStore, 'neededUploads'>,
  uploads: Pick<Uploads, 'unchangedSince' | 'remove'>,
  time: Date,
): Promise<void> {
  for await (const keys of uploads.unchangedSince(time)) {
    const needed = await store.neededUploads(keys);
    for (const key of keys) if (!needed.has(key)) await uploads.remove(key);
  }
}
