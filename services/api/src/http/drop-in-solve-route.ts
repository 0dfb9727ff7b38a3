// POST /solve as the server that Astrogate replaces has it: upload a picture, wait, get the answer. Its client leaving
// cancels the job.
import { AstrogateError, type SolutionMessage } from '@astrogate/proto';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { readCards } from '../analyse/fits-cards.js';
import type { ApiContext } from '../context.js';
import type { Job } from '../jobs/job.js';
import { acceptJob } from './accept-job.js';
import { dropInSolveFields } from './hint-fields.js';

/** A caller who waits would rather hear at once that there is no solver than be left hanging. */
const retryMs = 3_000;
/** Longest time from upload to answer; the replaced server ends a request after as long. */
const longestWaitMs = 600_000;

export const dropInSolveAnswer = z.object({
  solved: z.boolean(),
  ra: z.number().optional().describe('Field centre, J2000 degrees'),
  dec: z.number().optional().describe('Field centre, J2000 degrees'),
  pixel_scale: z.number().optional().describe('arcsec/pixel'),
  rotation: z.number().optional().describe('180 - atan2(CD1_2, CD1_1) in degrees, 0 to 360'),
  field_width: z.number().optional().describe('Degrees'),
  field_height: z.number().optional().describe('Degrees'),
  wcs_header: z.record(z.string(), z.string()).optional().describe('Cards of the FITS header, values as text'),
  solve_time: z.number().optional().describe('Seconds'),
  error: z.string().optional().describe('Why there is no solution'),
  code: z.string().optional().describe('Code of the error table, with a status other than 200'),
  request_id: z.string().optional(),
});
export type DropInSolveAnswer = z.infer<typeof dropInSolveAnswer>;

export function dropInSolve(ctx: ApiContext): RequestHandler {
  return async (request, response) => {
    const { job } = await acceptJob(ctx, request, response, { schema: dropInSolveFields, retryMs });
    const gaveUp = AbortSignal.timeout(longestWaitMs);
    const leave = () => ctx.dispatcher.abandon(job.id);
    response.once('close', leave);
    if (response.destroyed) leave();
    const ended = await ctx.dispatcher.ended(job.id, gaveUp);
    response.off('close', leave);
    if (!ended) {
      leave();
      if (!gaveUp.aborted) throw new AstrogateError('draining');
      throw new AstrogateError('timeout', 'The job could not be run in time');
    }
    response.json(toAnswer(ended));
  };
}

/** Throws the error that a failed or cancelled job means; "not solved" is an answer. */
function toAnswer(job: Job): DropInSolveAnswer {
  if (job.failure) throw new AstrogateError(job.failure.code, job.failure.message);
  if (job.status === 'cancelled') throw new AstrogateError('cancelled');
  const solution = job.outcome?.solution;
  const solve_time = ((job.finishedAt?.getTime() ?? 0) - (job.startedAt ?? job.createdAt).getTime()) / 1000;
  if (!solution) return { solved: false, solve_time, error: 'no solution found' };
  return { ...solvedAnswer(solution), solve_time };
}

function solvedAnswer(solution: SolutionMessage): DropInSolveAnswer {
  const { wcs } = solution;
  return {
    solved: true,
    ra: solution.ra,
    dec: solution.dec,
    pixel_scale: solution.pixelScale,
    rotation: wcs ? rotation(wcs.cd1_1, wcs.cd1_2) : solution.orientation,
    field_width: solution.fieldWidth,
    field_height: solution.fieldHeight,
    wcs_header: wcs ? Object.fromEntries(readCards(Buffer.from(wcs.header))) : {},
  };
}

/** The replaced server's rotation, degrees, 0 to 360. */
function rotation(cd11: number, cd12: number): number {
  const degrees = 180 - (Math.atan2(cd12, cd11) * 180) / Math.PI;
  return degrees >= 360 ? degrees - 360 : degrees;
}
