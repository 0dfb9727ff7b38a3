// Jobs in the database as those see them who watch: what happened to one, the list of an owner's, the place in the queue.
import { sql } from 'kysely';
import type { JobProgress, JobStatus } from '../jobs/job.js';
import { type JobEvent, type JobStore, mostCounted } from '../jobs/job-store.js';
import type { Database } from './database.js';
import { liveStatuses, toJob } from './job-row.js';
import { fromJson } from './json.js';
import type { JobEventsTable } from './tables.js';
import { ask } from './transaction.js';

type WatchedJobs = Pick<JobStore, 'events' | 'ownerOf' | 'list' | 'place'>;

/** Attempts whose mean time says how long the next ones take. */
const recentAttempts = 50;

const listed = [
  ...(['id', 'caller_key', 'owner_key', 'request_id', 'status', 'created_at', 'started_at', 'finished_at'] as const),
  ...(['retry_ms', 'upload', 'hints', 'guesses', 'limits', 'progress', 'failure'] as const),
] as const;

/** A job's stars are most of it, and no list shows them. */
const summary = sql<unknown>`case when outcome -> 'solution' is not null then
  jsonb_build_object('solution', (outcome -> 'solution') - 'stars' - 'matched' - 'wcs') end`;

export function watchedJobs({ db }: Database): WatchedJobs {
  return {
    events: (id, after, limit) =>
      ask(async () => {
        // In one query, so that the status and the events are of one moment.
        const { rows } = await sql<EventRow>`
          select job.status as now, event.* from solve_jobs job
            left join lateral (
              select seq, attempt, status, progress, at from job_events
                where job_id = job.id and seq > ${after}::bigint order by seq limit ${limit}::int
            ) event on true
            where job.id = ${id} order by event.seq`.execute(db);
        const [first] = rows;
        if (!first) return undefined;
        const hasEnded = !(liveStatuses as readonly string[]).includes(first.now);
        return { hasEnded, events: rows.flatMap((row) => (row.seq === null ? [] : [toEvent(row)])) };
      }),

    ownerOf: (id) =>
      ask(async () => {
        const row = await db.selectFrom('solve_jobs').select('owner_key').where('id', '=', id).executeTakeFirst();
        return row && (row.owner_key === null ? {} : { ownerKey: row.owner_key });
      }),

    list: ({ ownerKey, statuses, createdAfter, createdBefore, behind, limit }) =>
      ask(async () => {
        let jobs = db.selectFrom('solve_jobs').select([...listed, 'outcome']);
        if (ownerKey !== undefined) jobs = jobs.where('owner_key', '=', ownerKey);
        if (statuses.length > 0) jobs = jobs.where('status', 'in', statuses);
        if (createdAfter) jobs = jobs.where('created_at', '>', createdAfter);
        if (createdBefore) jobs = jobs.where('created_at', '<', createdBefore);
        if (behind)
          jobs = jobs.where(sql<boolean>`(created_at, id) < (${behind.createdAt}::timestamptz, ${behind.id}::text)`);
        const page = jobs.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).as('page');
        // Apart from the page, or the outcomes of all jobs would be read before they are put in order.
        const rows = db.selectFrom(page).select([...listed, summary.as('outcome')]);
        return (await rows.orderBy('created_at', 'desc').orderBy('id', 'desc').execute()).map(toJob);
      }),

    place: (id) =>
      ask(async () => {
        const { rows } = await sql<{ ahead: number; run_seconds: number | null }>`
          select
            (select count(*)::int from (
              select 1 from solve_jobs other where other.status = 'queued' and other.lease_owner is null
                and (other.round, other.ready_at, other.id) < (job.round, job.ready_at, job.id)
                limit ${sql.lit(mostCounted)}
            ) ahead) as ahead,
            (select avg(extract(epoch from recent.finished_at - recent.started_at))::float8 from (
              select started_at, finished_at from solve_jobs
                where finished_at is not null and started_at is not null and status <> 'cancelled'
                order by finished_at desc limit ${sql.lit(recentAttempts)}
            ) recent) as run_seconds
            from solve_jobs job where job.id = ${id} and job.status = 'queued' and job.lease_owner is null`.execute(db);
        const [row] = rows;
        return row && { ahead: row.ahead, runSeconds: row.run_seconds ?? undefined };
      }),
  };
}

type Nulls<T> = { [K in keyof T]: T[K] | null };
/** Without an event where there is none. */
type EventRow = { now: JobStatus } & Nulls<{
  seq: string | number;
  attempt: number;
  status: JobStatus;
  progress: JobEventsTable['progress'];
  at: Date;
}>;

function toEvent({ seq, attempt, status, progress, at }: EventRow): JobEvent {
  return {
    seq: Number(seq),
    attempt: attempt ?? 0,
    status: status as JobStatus,
    ...(progress !== null && { progress: fromJson<JobProgress>(progress) }),
    at: at as Date,
  };
}
