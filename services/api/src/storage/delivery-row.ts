// A webhook's delivery as a row of webhook_deliveries, and back. Pure.
import { type Insertable, type Selectable, sql } from 'kysely';
import type { Job } from '../jobs/job.js';
import type { DeliveryClaim, DeliveryStep, WebhookTarget } from '../webhooks/delivery-store.js';
import type { EventJob } from '../webhooks/event.js';
import { fromJson } from './json.js';
import type { WebhookDeliveriesTable } from './tables.js';

/** Of a delivery that nobody holds. */
export const releasedColumns = { lease_owner: null, lease_until: null } as const;
const wipedColumns = { ...releasedColumns, url: null, secret: null, content: null, next_at: null } as const;

/** The row of a webhook whose job has not ended. */
export function toDeliveryRow(
  job: Pick<Job, 'id' | 'requestId' | 'callerKey' | 'createdAt'>,
  { url, secret }: WebhookTarget,
): Insertable<WebhookDeliveriesTable> {
  return {
    job_id: job.id,
    request_id: job.requestId,
    caller_key: job.callerKey,
    host: new URL(url).host,
    url,
    secret,
    state: 'waiting',
    created_at: job.createdAt,
  };
}

/** The columns of a delivery after an attempt. What was entrusted to us for it goes with the last one. */
export function toStepColumns(step: DeliveryStep) {
  if (step.state === 'pending') {
    return { ...releasedColumns, state: step.state, last_reason: step.reason, next_at: step.nextAt };
  }
  const ended = { ...wipedColumns, state: step.state, ended_at: sql<Date>`clock_timestamp()` };
  return step.state === 'given_up' ? { ...ended, last_reason: step.reason } : { ...ended, last_reason: null };
}

export function toDeliveryClaim(row: Selectable<WebhookDeliveriesTable>): DeliveryClaim {
  return {
    jobId: row.job_id,
    attempt: row.attempts,
    requestId: row.request_id,
    host: row.host,
    callerKey: row.caller_key,
    // A constraint of the table: what is due has them.
    url: row.url as string,
    secret: row.secret as string,
    job: toEventJob(row.job_id, fromJson<Content>(row.content)),
  };
}

/** As the trigger writes it: times are texts. */
interface Content extends Pick<EventJob, 'status'> {
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string;
  readonly failure: NonNullable<EventJob['failure']> | null;
  readonly solution: NonNullable<NonNullable<EventJob['outcome']>['solution']> | null;
}

function toEventJob(id: string, content: Content): EventJob {
  return {
    id,
    status: content.status,
    createdAt: new Date(content.created_at),
    ...(content.started_at !== null && { startedAt: new Date(content.started_at) }),
    finishedAt: new Date(content.finished_at),
    ...(content.failure !== null && { failure: content.failure }),
    outcome: { solution: content.solution },
  };
}
