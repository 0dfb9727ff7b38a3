// What the database says when all is over, beside what the api has told and logged.
import { openDatabase } from '@astrogate/api';
import { createLogger } from '@astrogate/common';

/** Every end that was ever recorded, in order. */
export interface RecordedEnd {
  readonly jobId: string;
  readonly attempt: number;
  readonly status: string;
}

export interface Records {
  /** `broken`: attempts that were lost before the last one. */
  readonly jobs: readonly { id: string; status: string; attempt: number; broken: number }[];
  readonly ends: readonly RecordedEnd[];
  /** Entries that are left in the queue. */
  readonly queued: number;
}

/** Reads the database of an api that has been stopped. */
export async function readRecords(place: Parameters<typeof openDatabase>[0]): Promise<Records> {
  const database = await openDatabase(place, createLogger('crash', 'silent'));
  try {
    const jobs = await database.db.selectFrom('solve_jobs').select(['id', 'status', 'attempt', 'broken']).execute();
    const events = database.db.selectFrom('job_events').where('status', 'not in', ['queued', 'running']);
    const ends = await events.select(['job_id', 'attempt', 'status']).orderBy('seq').execute();
    const entries = await database.boss.findJobs('solve');
    return {
      jobs,
      ends: ends.map(({ job_id, attempt, status }) => ({ jobId: job_id, attempt, status })),
      queued: entries.length,
    };
  } finally {
    await database.close();
  }
}
