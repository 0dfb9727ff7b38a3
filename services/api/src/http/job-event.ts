// What happens to a job, as server-sent events: the schemas of their data, and how they are made.
import { z } from 'zod';
import type { Job } from '../jobs/job.js';
import type { JobEvent } from '../jobs/job-store.js';
import { toEvent as toWebhookEvent, webhookEvent } from '../webhooks/event.js';
import type { StreamEvent } from './event-stream.js';
import { jobSchema, toProgressView } from './job-view.js';

const { status, progress } = jobSchema.shape;
const attempt = z.int().describe('Number of the latest attempt; 0 before the first');
const at = z.iso.datetime();

/** The data of an event by its type. `ended` is the last one of a job, and what a webhook sends. */
export const eventData = {
  status: z.object({ status: status.extract(['queued', 'running']), attempt, at }),
  progress: z.object({ ...progress.unwrap().shape, attempt, at }),
  ended: webhookEvent.shape.data,
};

export function toStreamEvent({ seq, attempt, status, progress, at: when }: JobEvent): StreamEvent {
  const common = { attempt, at: when.toISOString() };
  if (progress) return { id: seq, type: 'progress', data: { ...toProgressView(progress), ...common } };
  return { id: seq, type: 'status', data: { status, ...common } };
}

/** The last event. `job` has ended. */
export function toEndEvent({ seq }: JobEvent, job: Job): StreamEvent {
  return { id: seq, type: 'ended', data: toWebhookEvent(job).data };
}
