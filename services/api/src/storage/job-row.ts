// A job as a row of solve_jobs, and back. Pure.
import { type Insertable, type Selectable, sql } from 'kysely';
import { endOf, type Job, type JobEnd, type JobFailure, type JobWebhook } from '../jobs/job.js';
import type { Claim } from '../jobs/job-store.js';
import { fromJson, toJson } from './json.js';
import type { SolveJobsTable } from './tables.js';

export type JobRow = Selectable<SolveJobsTable>;

/** The columns that a job is made of. */
type ShownRow = Omit<
  JobRow,
  'round' | 'ready_at' | 'tried_at' | 'attempt' | 'broken' | 'lease_owner' | 'lease_until' | 'bytes'
>;

/** What of a job's webhook may be known, for `select` from solve_jobs. */
export const webhookColumn = sql<JobWebhook | null>`(
  select jsonb_build_object('host', host, 'state', state, 'attempts', attempts, 'reason', last_reason)
    from webhook_deliveries where job_id = solve_jobs.id)`.as('webhook');

/** Of jobs that have not ended. */
export const liveStatuses = ['queued', 'running'] as const;

/** How a job ends that takes every attempt with it. */
export const lostForGood: JobFailure = { code: 'internal', message: 'Every attempt at the job was lost' };

export function toRow(job: Job, round: number): Insertable<SolveJobsTable> {
  return {
    id: job.id,
    caller_key: job.callerKey,
    owner_key: job.ownerKey ?? null,
    request_id: job.requestId,
    status: job.status,
    created_at: job.createdAt,
    retry_ms: job.retryMs,
    upload: toJson(job.upload),
    hints: toJson(job.hints),
    guesses: toJson(job.guesses),
    limits: toJson(job.limits),
    round,
    ready_at: job.createdAt,
  };
}

/** With its webhook if `row` has `webhookColumn`. */
export function toJob(row: ShownRow & { webhook?: JobWebhook | null }): Job {
  return {
    id: row.id,
    callerKey: row.caller_key,
    ...(row.owner_key !== null && { ownerKey: row.owner_key }),
    requestId: row.request_id,
    status: row.status,
    createdAt: row.created_at,
    retryMs: row.retry_ms,
    ...(row.started_at && { startedAt: row.started_at }),
    ...(row.finished_at && { finishedAt: row.finished_at }),
    upload: fromJson(row.upload),
    hints: fromJson(row.hints),
    guesses: fromJson(row.guesses),
    limits: fromJson(row.limits),
    ...(row.progress !== null && { progress: fromJson<NonNullable<Job['progress']>>(row.progress) }),
    ...(row.outcome !== null && { outcome: fromJson<NonNullable<Job['outcome']>>(row.outcome) }),
    ...(row.failure !== null && { failure: fromJson<NonNullable<Job['failure']>>(row.failure) }),
    ...(row.webhook && { webhook: row.webhook }),
  };
}

export function toClaim(row: JobRow): Claim {
  return {
    id: row.id,
    attempt: row.attempt,
    job: toJob(row),
    broken: row.broken,
    readyAt: row.ready_at,
    triedAt: row.tried_at ?? row.ready_at,
  };
}

/** The columns of a job that ends `how`. */
export function toEndColumns(how: JobEnd, at: Date) {
  const { status, outcome, failure } = endOf(how);
  return {
    status,
    finished_at: at,
    progress: null,
    outcome: outcome ? toJson(outcome) : null,
    failure: failure ? toJson(failure) : null,
    lease_owner: null,
    lease_until: null,
  };
}
