// A job as the api writes it; only the parts that this command reads.

export interface Calibration {
  /** Field centre, J2000 degrees. */
  readonly ra: number;
  readonly dec: number;
  /** arcsec/pixel. */
  readonly pixel_scale: number;
  /** Degrees east of north. */
  readonly orientation: number;
  readonly parity: string;
  /** Degrees. */
  readonly field_width: number;
  readonly field_height: number;
  readonly radius: number;
}

export interface Solution {
  readonly calibration: Calibration;
  readonly log_odds: number;
  readonly index: string;
  readonly recipe: string;
  readonly hint: string;
  /** none, caller, header or learned. */
  readonly hint_source: string;
  readonly matched: readonly unknown[];
}

export interface Trial {
  readonly recipe: string;
  readonly hint: string;
  /** none, caller, header or learned. */
  readonly hint_source: string;
  readonly sources: number;
  readonly result: string;
  readonly seconds: number;
}

export interface Job {
  readonly id: string;
  readonly status: 'queued' | 'running' | 'solved' | 'not_solved' | 'failed' | 'cancelled';
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly progress: { readonly stage: string; readonly detail: string } | null;
  readonly solution: Solution | null;
  readonly tried: readonly Trial[];
  readonly failure: { readonly code: string; readonly detail: string; readonly retryable: boolean } | null;
  /** Absent with a server that knows no webhooks. */
  readonly webhook?: Webhook | null;
}

export interface Webhook {
  readonly host: string;
  /** waiting, pending, delivered or given_up. */
  readonly state: string;
  readonly attempts: number;
  readonly last_reason: string | null;
}

/** A job as it stands in a list. */
export interface ListedJob extends Pick<Job, 'id' | 'status' | 'created_at' | 'progress' | 'failure'> {
  readonly upload: { readonly name: string | null };
  readonly calibration: Calibration | null;
}

export function hasEnded(job: Job): boolean {
  return job.status !== 'queued' && job.status !== 'running';
}

const statuses: readonly string[] = ['queued', 'running', 'solved', 'not_solved', 'failed', 'cancelled'];

/** Whether `value` is a job that this command can show in a table. */
export function isListedJob(value: unknown): value is ListedJob {
  const { id, status, created_at, upload } = (value ?? {}) as Partial<ListedJob>;
  const isNamed = typeof id === 'string' && statuses.includes(String(status)) && typeof created_at === 'string';
  return isNamed && typeof upload === 'object' && upload !== null;
}

/** Whether `value` is a job that this command can follow. */
export function isJob(value: unknown): value is Job {
  if (typeof value !== 'object' || value === null) return false;
  const { id, status, solution } = value as Partial<Job>;
  if (typeof id !== 'string' || !statuses.includes(String(status))) return false;
  return status !== 'solved' || typeof solution?.calibration?.ra === 'number';
}
