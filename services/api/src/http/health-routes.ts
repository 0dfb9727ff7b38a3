// Is it there, is it alive, is it ready.
import { AstrogateError } from '@astrogate/proto';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { ApiContext } from '../context.js';
import { version } from '../version.js';

export const healthAnswer = z.object({
  status: z.literal('healthy'),
  uptime_seconds: z.number(),
  version: z.string(),
});
export const aliveAnswer = z.object({ status: z.literal('ok') });

/** GET /health as the replaced server has it. */
export function health(ctx: ApiContext): RequestHandler {
  return (_request, response) => {
    const uptime_seconds = (ctx.now().getTime() - ctx.startedAt.getTime()) / 1000;
    response.json({ status: 'healthy', uptime_seconds, version } satisfies z.infer<typeof healthAnswer>);
  };
}

/** GET /healthz: the process answers. */
export const alive: RequestHandler = (_request, response) => {
  response.json({ status: 'ok' } satisfies z.infer<typeof aliveAnswer>);
};

/** GET /readyz: a job that came now would be run. Throws `draining`, `storage_unavailable`, `solver_unavailable`, … */
export function ready(ctx: ApiContext): RequestHandler {
  let asked: Promise<void> | undefined;
  return async (_request, response) => {
    if (!ctx.isServing()) throw new AstrogateError('draining');
    // However many ask at once, the solver is asked once.
    asked ??= checkParts(ctx).finally(() => {
      asked = undefined;
    });
    await asked;
    response.json({ status: 'ok' } satisfies z.infer<typeof aliveAnswer>);
  };
}

async function checkParts({ spool, uploads, store, solver }: ApiContext): Promise<void> {
  await spool.check();
  await uploads.check();
  await store.check();
  const { accepting } = await solver.capacity();
  if (!accepting) throw new AstrogateError('sandbox_unavailable', 'The solver takes no jobs now');
}
