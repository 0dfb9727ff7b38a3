// What a webhook says of a job that has ended: enough to know how, and where to read the rest. Pure.
import { z } from 'zod';
import { jobSchema, toJobView } from '../http/job-view.js';
import { hasEnded, type Job } from '../jobs/job.js';

const { id, status, created_at, started_at, finished_at, solution, failure, links } = jobSchema.shape;

export const webhookEvent = z.object({
  type: z.literal('job.ended'),
  timestamp: z.iso.datetime().describe('When the job ended'),
  data: z.object({
    job_id: id,
    status: status.extract(['solved', 'not_solved', 'failed', 'cancelled']),
    created_at,
    started_at,
    finished_at,
    calibration: solution
      .unwrap()
      .shape.calibration.nullable()
      .describe('Where the picture points, when it was solved'),
    failure,
    links,
  }),
});
export type WebhookEvent = z.infer<typeof webhookEvent>;

/** Names the event of a job's end; a receiver that has seen it may ignore it. */
export const eventId = (job: Pick<Job, 'id'>) => `ended_${job.id}`;

/** The event of a job that has ended. Throws RangeError for one that has not. */
export function toEvent(job: Job): WebhookEvent {
  if (!hasEnded(job) || !job.finishedAt) throw new RangeError('the job has not ended');
  const view = toJobView(job);
  return {
    type: 'job.ended',
    timestamp: job.finishedAt.toISOString(),
    data: {
      job_id: view.id,
      status: view.status as WebhookEvent['data']['status'],
      created_at: view.created_at,
      started_at: view.started_at,
      finished_at: view.finished_at,
      calibration: view.solution?.calibration ?? null,
      failure: view.failure,
      links: view.links,
    },
  };
}
