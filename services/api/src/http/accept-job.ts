// From an upload request to a queued job. Until the job is queued, its upload is ours to remove.
import { AstrogateError, type HeaderGuess } from '@astrogate/proto';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { callerKeyOf, ownerKeyOf } from '../access/caller.js';
import { analyse } from '../analyse/analyse.js';
import { guessFrom } from '../analyse/guess.js';
import type { ApiContext } from '../context.js';
import type { Job } from '../jobs/job.js';
import { newId } from '../new-id.js';
import type { SpooledUpload } from '../spool/upload-writer.js';
import { type SolveFields, toHints, toLimits } from './hint-fields.js';
import { type OnceKey, toOnce } from './idempotency-key.js';
import { quotaOf } from './quota.js';
import { noteJob, requestId } from './request-id.js';
import { type PictureForm, receivePicture } from './upload.js';
import { toWebhook, waitingWebhook } from './webhook-fields.js';

export interface AcceptedJob {
  readonly job: Job;
  /** The same request had made it before. */
  readonly isReplay: boolean;
}

/**
 * Reads the form and queues its job, which is then kept whatever happens to this process. Throws what an upload can go
 * wrong with, `busy`, `draining`, `storage_unavailable` and, with a key, `idempotency_mismatch`.
 */
export async function acceptJob<S extends z.ZodObject>(
  ctx: ApiContext,
  request: Request,
  response: Response,
  { schema, retryMs, onceKey }: { schema: S; retryMs: number; onceKey?: OnceKey | undefined },
): Promise<AcceptedJob> {
  const ownerKey = ownerKeyOf(ctx, request);
  const quota = quotaOf(ctx, request);
  // Asked before the upload, so that nobody sends 50 MB to hear that the queue is full.
  if (!onceKey || !(await ctx.store.isKnown(onceKey, ctx.now()))) {
    await ctx.store.limits.check(quota);
    await ctx.dispatcher.admit();
  }
  const form = (await receivePicture(request, response, schema, uploadRules(ctx))) as PictureForm<SolveFields>;
  const guesses = await guessesOf(ctx, form.upload);
  const key = await ctx.uploads.keep(form.upload);
  try {
    const webhook = toWebhook(form.fields);
    const made = toJob(ctx, request, { ...form, key, guesses, ownerKey }, retryMs);
    const job = webhook ? { ...made, webhook: waitingWebhook(webhook) } : made;
    const once = onceKey && toOnce(onceKey, form.fields, job.upload.sha256);
    const kept = await ctx.dispatcher.submit(job, { webhook, once, quota });
    noteJob(request, kept.id);
    const isReplay = kept.id !== job.id;
    if (isReplay) await ctx.uploads.remove(key).catch((err) => ctx.log.warn({ err }, 'upload stays'));
    return { job: kept, isReplay };
  } catch (error) {
    // A database that went away may have kept the job all the same; retention finds out, here too.
    if (AstrogateError.from(error).code !== 'storage_unavailable')
      await ctx.uploads.remove(key).catch((err) => ctx.log.warn({ err }, 'upload stays'));
    throw error;
  }
}

/** What the picture's header says, from the spool file, as long as there is one. */
async function guessesOf({ spool }: ApiContext, upload: SpooledUpload): Promise<HeaderGuess[]> {
  try {
    const guess = guessFrom(await analyse(upload));
    return guess ? [guess] : [];
  } catch (error) {
    await spool.remove(upload.path);
    throw error;
  }
}

export function uploadRules({ spool, config }: ApiContext) {
  return { spool, maxBytes: config.maxUploadBytes, maxMs: config.uploadSeconds * 1000 };
}

function toJob(
  ctx: ApiContext,
  request: Request,
  form: PictureForm<SolveFields> & { key: string; guesses: readonly HeaderGuess[]; ownerKey: string | undefined },
  retryMs: number,
): Job {
  const { bytes, sha256, format } = form.upload;
  const { ownerKey } = form;
  return {
    id: newId(),
    callerKey: callerKeyOf(ctx, request),
    ...(ownerKey !== undefined && { ownerKey }),
    requestId: requestId(request),
    status: 'queued',
    createdAt: ctx.now(),
    retryMs,
    upload: { key: form.key, bytes, format, sha256: sha256.toString('hex'), name: form.name },
    hints: toHints(form.fields),
    guesses: form.guesses,
    limits: toLimits(form.fields, ctx.config.jobSeconds),
  };
}
