// An admin job that somebody asks for over HTTP: begun, or only described. What cannot be undone asks for the password again
// and for a typed phrase.
import { AstrogateError } from '@astrogate/proto';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { principalOf } from '../access/asker.js';
import { actorOf } from '../access/principal.js';
import type { ApiContext } from '../context.js';
import type { Gift, Json } from '../system/plan.js';
import type { System } from '../system/system.js';
import type { proofFields } from './account-fields.js';
import { proveAgain } from './auth-routes.js';
import type { dryRunAnswer } from './backup-fields.js';
import { FieldError, quoted } from './field-error.js';
import { readOnceKey, toOnce } from './idempotency-key.js';
import { bodyOf } from './json-body.js';
import { noteJob, requestId } from './request-id.js';
import { toSystemJobView } from './system-job-view.js';

/** Throws `storage_unavailable` where there is no database. */
export function systemOf({ system }: Pick<ApiContext, 'system'>): System {
  if (!system) throw new AstrogateError('storage_unavailable');
  return system;
}

interface Asked {
  /** Name of a plan. */
  readonly kind: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly gift?: Gift | undefined;
}

/** Begins a job, or says what it would do. */
export async function order(
  ctx: ApiContext,
  request: Request,
  response: Response,
  { kind, params, gift }: Asked,
): Promise<void> {
  const { jobs } = systemOf(ctx);
  const asked = {
    ...{ kind, params, requestId: requestId(request) },
    actor: actorOf(principalOf(request)),
    ...(gift && { gift }),
  };
  if (isDryRun(request)) {
    const { steps, pointOfNoReturn, lines } = await jobs.dryRun(asked);
    const answer: z.infer<typeof dryRunAnswer> = {
      ...{ dry_run: true, steps: [...steps], point_of_no_return: pointOfNoReturn ?? null, effects: [...lines] },
    };
    return void response.set('Cache-Control', 'no-store').json(answer);
  }
  const onceKey = readOnceKey(ctx, request);
  const once = onceKey && toOnce(onceKey, { kind, ...params }, '');
  const { job, isNew } = await jobs.create({ ...asked, ...(once && { once }) });
  noteJob(request, job.id);
  if (!isNew) response.set('Idempotency-Replayed', 'true');
  response
    .status(202)
    .set('Location', `/api/v1/system/jobs/${job.id}`)
    .json(toSystemJobView(job, jobs.canCancel(job)));
}

/** Whether the request wants to know only. Throws FieldError. */
export function isDryRun(request: Request): boolean {
  const given = new URL(request.url, 'http://localhost').searchParams.get('dry_run');
  if (given === null || given === 'false') return false;
  if (given === 'true') return true;
  throw new FieldError([{ field: 'dry_run', value: quoted(given), allowed: 'true or false' }]);
}

type Proven = z.ZodObject<(typeof proofFields)['shape']>;
type Confirmed = z.ZodObject<(typeof proofFields)['shape'] & { phrase: z.ZodString }>;

/** The body, from somebody who has just shown the password again. */
export async function proven<S extends Proven>(ctx: ApiContext, request: Request, schema: S): Promise<z.output<S>> {
  const fields = bodyOf(schema, request);
  const { password, code } = fields;
  await proveAgain(ctx.accounts, request, { password, code });
  return fields;
}

/** The same, from somebody who has typed what he means as well: `phraseOf` says what that is. */
export async function confirmed<S extends Confirmed>(
  ctx: ApiContext,
  request: Request,
  schema: S,
  phraseOf: (fields: z.output<S>) => string,
): Promise<z.output<S>> {
  const fields = bodyOf(schema, request);
  const [typed, phrase] = [fields.phrase, phraseOf(fields)];
  if (typed !== phrase) throw new FieldError([{ field: 'phrase', value: quoted(typed), allowed: `"${phrase}"` }]);
  return proven(ctx, request, schema);
}
