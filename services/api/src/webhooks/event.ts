// What a webhook says of a job that has ended: enough to know how, and where to read the rest. Pure.
import { z } from 'zod';
import { type CalibratedSolution, calibrationOf, failureOf, jobSchema, linksOf } from '../http/job-view.js';
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

/** What of a job its event is made of; it outlives the job until the event is delivered. */
export interface EventJob extends Pick<Job, 'id' | 'status' | 'createdAt' | 'startedAt' | 'finishedAt' | 'failure'> {
  readonly outcome?: { readonly solution?: CalibratedSolution | null | undefined };
}

/** Names the event of a job's end; a receiver that has seen it may ignore it. */
export const eventId = (jobId: string) => `ended_${jobId}`;

/** The event of a job that has ended. Throws RangeError for one that has not. */
export function toEvent(job: EventJob): WebhookEvent {
  if (!hasEnded(job) || !job.finishedAt) throw new RangeError('the job has not ended');
  const solution = job.status === 'solved' ? job.outcome?.solution : undefined;
  return {
    type: 'job.ended',
    timestamp: job.finishedAt.toISOString(),
    data: {
      job_id: job.id,
      status: job.status as WebhookEvent['data']['status'],
      created_at: job.createdAt.toISOString(),
      started_at: job.startedAt?.toISOString() ?? null,
      finished_at: job.finishedAt.toISOString(),
      calibration: solution ? calibrationOf(solution) : null,
      failure: failureOf(job),
      links: linksOf(job),
    },
  };
}
