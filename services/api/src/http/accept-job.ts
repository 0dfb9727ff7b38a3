// From an upload request to a queued job. Until the job is queued, the spool file is ours to remove.
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { analyse } from '../analyse/analyse.js';
import { guessFrom } from '../analyse/guess.js';
import type { ApiContext } from '../context.js';
import type { Job } from '../jobs/job.js';
import { newId } from '../new-id.js';
import { type SolveFields, toHints, toLimits } from './hint-fields.js';
import { noteJob, requestId } from './request-id.js';
import { type PictureForm, receivePicture } from './upload.js';

/** Reads the form and queues its job. Throws what an upload can go wrong with, `busy` and `draining`. */
export async function acceptJob<S extends z.ZodObject>(
  ctx: ApiContext,
  request: Request,
  response: Response,
  { schema, retryMs }: { schema: S; retryMs: number },
): Promise<Job> {
  // Asked before the upload, so that nobody sends 50 MB to hear that the queue is full.
  ctx.dispatcher.admit();
  const form = await receivePicture(request, response, schema, uploadRules(ctx));
  try {
    const job = await toJob(ctx, request, form as PictureForm<SolveFields>, retryMs);
    noteJob(request, job.id);
    await ctx.dispatcher.submit(job);
    return job;
  } catch (error) {
    await ctx.spool.remove(form.upload.path);
    throw error;
  }
}

export function uploadRules({ spool, config }: ApiContext) {
  return { spool, maxBytes: config.maxUploadBytes, maxMs: config.uploadSeconds * 1000 };
}

async function toJob(ctx: ApiContext, request: Request, form: PictureForm<SolveFields>, retryMs: number): Promise<Job> {
  const { path, bytes, sha256, format } = form.upload;
  const guess = guessFrom(await analyse(form.upload));
  return {
    id: newId(),
    callerKey: ctx.callerKeys.of(request.socket.remoteAddress),
    requestId: requestId(request),
    status: 'queued',
    createdAt: ctx.now(),
    retryMs,
    upload: { path, bytes, format, sha256: sha256.toString('hex'), name: form.name },
    hints: toHints(form.fields),
    guesses: guess ? [guess] : [],
    limits: toLimits(form.fields, ctx.config.jobSeconds),
  };
}
