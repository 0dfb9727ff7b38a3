// GET /api/v1/solves, newest first, page by page: the jobs of an account, of an anonymous caller who sends the secret
// that they were made with, or for admins all.
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { principalOf } from '../access/asker.js';
import { accountOwner, actsAsAdmin } from '../access/job-access.js';
import type { ApiContext } from '../context.js';
import type { Job } from '../jobs/job.js';
import { ownerHeader } from './caller-keys.js';
import { calibrationOf, jobSchema, toBriefView } from './job-view.js';
import { readListQuery, toCursor, withCursor } from './list-query.js';

const { id, status, created_at, started_at, finished_at, upload, progress, solution, failure, links } = jobSchema.shape;

const listedJob = z.object({
  ...{ id, status, created_at, started_at, finished_at, upload, progress },
  calibration: solution.unwrap().shape.calibration.nullable().describe('Where the picture points, when it was solved'),
  ...{ failure, links },
});

export const listAnswer = z.object({
  jobs: z.array(listedJob).describe('Newest first, without stars, WCS and place in the queue'),
  next: z.string().nullable().describe('Cursor of the next page; null: this is the last one'),
});

export function listSolves(ctx: ApiContext): RequestHandler {
  return async (request, response) => {
    response.set('Cache-Control', 'no-store').vary(ownerHeader);
    const who = principalOf(request);
    const ownerKey = actsAsAdmin(who) ? undefined : (accountOwner(who) ?? ctx.callerKeys.demandOwner(request));
    const query = readListQuery(request.originalUrl);
    // One more than the page has, to know whether there is another one.
    const found = await ctx.store.list({ ...query, ownerKey, limit: query.limit + 1 });
    const page = found.slice(0, query.limit);
    const last = found.length > query.limit ? page.at(-1) : undefined;
    const next = last ? toCursor(last) : null;
    if (next !== null) response.set('Link', `<${withCursor(request.originalUrl, next)}>; rel="next"`);
    response.json({ jobs: page.map(toListedJob), next } satisfies z.infer<typeof listAnswer>);
  };
}

function toListedJob(job: Job): z.infer<typeof listedJob> {
  const solution = job.outcome?.solution;
  return { ...toBriefView(job), calibration: solution ? calibrationOf(solution) : null };
}
