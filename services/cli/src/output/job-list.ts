// A list of jobs as a table for people.
import type { ListedJob } from '../http/job.js';
import { table } from './table.js';

export function jobListLines(jobs: readonly ListedJob[]): string[] {
  const rows = jobs.map((job) => [job.id, job.status, moment(job.created_at), job.upload.name ?? '', whatOf(job)]);
  return table(['JOB', 'STATUS', 'MADE (UTC)', 'PICTURE', ''], rows);
}

/** Where the picture points, what is being done, or what went wrong. */
function whatOf({ calibration, progress, failure }: ListedJob): string {
  if (calibration) return `${calibration.ra.toFixed(4)} ${calibration.dec.toFixed(4)}`;
  return failure?.code ?? progress?.stage ?? '';
}

/** Such as "2026-01-31 12:00:00". */
function moment(text: string): string {
  return text.slice(0, 19).replace('T', ' ');
}
