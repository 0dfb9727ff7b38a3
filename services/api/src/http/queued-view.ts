// A job as JSON with its place in the queue, while it has one.
import type { ApiContext } from '../context.js';
import type { Job } from '../jobs/job.js';
import { estimatedWaitSeconds } from '../jobs/queue-place.js';
import { type JobView, toJobView } from './job-view.js';

export async function viewJob(ctx: ApiContext, job: Job): Promise<JobView> {
  return toJobView(job, job.status === 'queued' ? await queueOf(ctx, job.id) : null);
}

/** Null when the database cannot say: a job that was accepted is answered all the same. */
async function queueOf({ store, dispatcher, log }: ApiContext, jobId: string): Promise<JobView['queue']> {
  try {
    const place = await store.place(jobId);
    if (!place) return { position: 0, estimated_wait_seconds: 0 };
    const position = place.ahead + 1;
    const { slots } = dispatcher;
    return { position, estimated_wait_seconds: estimatedWaitSeconds({ ...place, position, slots }) };
  } catch (err) {
    log.debug({ jobId, err }, 'place in the queue not known');
    return null;
  }
}
