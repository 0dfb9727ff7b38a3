// The api's own routes: make a solve job, look at it, cancel it, delete it, fetch its files.
import { AstrogateError } from '@astrogate/proto';
import type { Request, RequestHandler } from 'express';
import { principalOf } from '../access/asker.js';
import { mayUseJob } from '../access/job-access.js';
import type { ApiContext } from '../context.js';
import { hasEnded, type Job } from '../jobs/job.js';
import { acceptJob } from './accept-job.js';
import { actOf } from './audited.js';
import { solveFields } from './hint-fields.js';
import { readOnceKey } from './idempotency-key.js';
import { jobIdOf, noSuchJob } from './job-id.js';
import { jobPath, toJobView } from './job-view.js';
import { preferredWait } from './prefer.js';
import { viewJob } from './queued-view.js';
import { noteJob } from './request-id.js';

/** How long a queued job looks for a solver with a free slot: a day, since only its caller or its time limit ends it. */
const retryMs = 24 * 60 * 60 * 1000;

export function createSolve(ctx: ApiContext): RequestHandler {
  const schema = solveFields(ctx.config.jobSeconds, ctx.outbound);
  return async (request, response) => {
    const waitSeconds = preferredWait(request.get('prefer'));
    const onceKey = readOnceKey(ctx, request);
    const { job, isReplay } = await acceptJob(ctx, request, response, { schema, retryMs, onceKey });
    response.set('Location', jobPath(job.id));
    if (isReplay) response.set('Idempotency-Replayed', 'true');
    const mayWait = waitSeconds !== undefined && !hasEnded(job);
    const now = mayWait ? await jobWithin(ctx, job, waitSeconds * 1000) : job;
    if (waitSeconds !== undefined) response.set('Preference-Applied', `wait=${waitSeconds}`);
    response.status(hasEnded(now) ? 200 : 202).json(await viewJob(ctx, now));
  };
}

/** The job when it ends, or as it is after `maxMs`. */
async function jobWithin(ctx: ApiContext, job: Job, maxMs: number): Promise<Job> {
  const ended = await ctx.dispatcher.ended(job.id, AbortSignal.timeout(maxMs));
  // Whoever tells the end knows nothing of a webhook.
  if (ended && !job.webhook) return ended;
  return (await ctx.store.get(job.id).catch(() => undefined)) ?? ended ?? job;
}

export function showSolve(ctx: ApiContext): RequestHandler {
  return async (request, response) => {
    response.set('Cache-Control', 'no-cache').json(await viewJob(ctx, await find(ctx, request)));
  };
}

/** Ends a job that has not ended; one that has stays as it is. */
export function cancelSolve(ctx: ApiContext): RequestHandler {
  return async (request, response) => {
    const { id } = await find(ctx, request);
    await ctx.dispatcher.cancel(id, actOf(request, 'job.cancel', `job:${id}`));
    response.json(toJobView(await find(ctx, request)));
  };
}

/** Cancels the job when it runs, then forgets it with all its files. */
export function deleteSolve(ctx: ApiContext): RequestHandler {
  return async (request, response) => {
    const { id } = await find(ctx, request);
    await ctx.dispatcher.cancel(id, actOf(request, 'job.cancel', `job:${id}`));
    await ctx.store.delete(id, actOf(request, 'job.delete', `job:${id}`));
    response.status(204).end();
  };
}

export function showWcsFile(ctx: ApiContext): RequestHandler {
  return async (request, response) => {
    const job = await find(ctx, request);
    const header = job.outcome?.solution?.wcs?.header;
    if (!header) throw new AstrogateError('no_solution', `The job is ${job.status}`);
    if (!request.accepts('application/fits')) throw new AstrogateError('not_acceptable', 'This is application/fits');
    response.attachment(`${job.id}.wcs`).type('application/fits').send(Buffer.from(header));
  };
}

async function find(ctx: ApiContext, request: Request): Promise<Job> {
  const job = await ctx.store.get(jobIdOf(request));
  // Somebody else's job is not there.
  if (!job || !mayUseJob(principalOf(request), job.ownerKey)) throw noSuchJob();
  noteJob(request, job.id);
  return job;
}
