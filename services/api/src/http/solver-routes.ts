// What the solver has: its star indexes and how busy it is.
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { ApiContext } from '../context.js';

export const indexesAnswer = z.object({
  indexes: z.array(
    z.object({
      name: z.string(),
      index_id: z.int(),
      scale_low: z.number().describe('Smallest quad, arcmin'),
      scale_high: z.number().describe('Largest quad, arcmin'),
      size_bytes: z.int(),
    }),
  ),
});

export const capacityAnswer = z.object({
  slots: z.int().describe('Attempts that may run at once'),
  running: z.int(),
  waiting: z.int().describe('Attempts that wait in the solver'),
  queued: z.int().describe('Jobs that wait for a slot'),
  queue_limit: z.int(),
  accepting: z.boolean().describe('Whether the solver takes attempts now'),
  max_upload_bytes: z.int(),
});

export function listIndexes(ctx: ApiContext): RequestHandler {
  return async (_request, response) => {
    const indexes = (await ctx.solver.indexes()).map(({ name, indexId, scaleLow, scaleHigh, sizeBytes }) => ({
      name,
      index_id: indexId,
      scale_low: scaleLow,
      scale_high: scaleHigh,
      size_bytes: sizeBytes,
    }));
    response.json({ indexes } satisfies z.infer<typeof indexesAnswer>);
  };
}

export function showCapacity(ctx: ApiContext): RequestHandler {
  return async (_request, response) => {
    const { slots, running, waiting, accepting, maxUploadBytes } = await ctx.solver.capacity();
    response.json({
      slots,
      running,
      waiting,
      queued: await ctx.dispatcher.waiting(),
      queue_limit: ctx.config.queueLimit,
      accepting,
      max_upload_bytes: Math.min(maxUploadBytes, ctx.config.maxUploadBytes),
    } satisfies z.infer<typeof capacityAnswer>);
  };
}
