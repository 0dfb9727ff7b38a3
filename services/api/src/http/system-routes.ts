// Admin jobs over HTTP: look, follow, go on, cancel; and what this system can do. Who may is decided before these are reached.
import { text } from 'node:stream/consumers';
import type { AuditDetail } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import type { Standing } from '../access/standing.js';
import { hasEnded } from '../system/job-state.js';
import type { SystemJob } from '../system/system-job.js';
import type { SystemJobs } from '../system/system-jobs.js';
import type { TargetClient } from '../system/target-client.js';
import { proofFields } from './account-fields.js';
import { lastEventId, type StreamEvent, sendEvents } from './event-stream.js';
import { FieldError } from './field-error.js';
import { jobIdOf, noSuchJob } from './job-id.js';
import { noteJob } from './request-id.js';
import type { Method } from './routes.js';
import type { StreamPlaces } from './stream-places.js';
import { type SystemJobView, toSystemEvent, toSystemJobView } from './system-job-view.js';

export interface SystemRouteParts {
  readonly jobs: SystemJobs;
  readonly targets: TargetClient;
  /** How Vault is; null: none is configured. Throws AstrogateError when it does not answer. */
  readonly vault: () => Promise<{ readonly sealed: boolean } | null>;
  readonly streams: StreamPlaces;
  /** Names whoever asks, for the number of their streams. */
  readonly callerOf: (request: Request) => string;
  /** Fires when whoever asked may not look any more. */
  readonly watchStanding: (request: Request) => Standing;
  /** Fires when event streams are to end. */
  readonly closing: AbortSignal;
  /** Throws unless whoever asks shows the password again. */
  readonly prove: (request: Request, proof: { password: string; code?: string | undefined }) => Promise<unknown>;
  /** Tells the audit log who did that to which job. */
  readonly record?: (
    request: Request,
    act: 'system.continue' | 'system.cancel',
    jobId: string,
    detail?: AuditDetail,
  ) => Promise<void>;
}

const endsSessions: ReadonlySet<string> = new Set(['reset', 'restore']);
/** Jobs are few: a backup a day is three months. */
const mostListed = 100;
/** A body holds some keys. */
const mostBodyBytes = 16 * 1024;

/** What an operator may give. Strings of any form: what they mean is the step's matter. */
export const continueFields = z.strictObject({
  unseal_keys: z
    .array(z.string().min(1).max(512))
    .min(1)
    .max(32)
    .optional()
    .meta({ writeOnly: true })
    .describe('Kept in memory for this job only; a job that an api lost in a crash asks for them again'),
  leave_vault: z
    .boolean()
    .optional()
    .describe(
      'Of a full reset, and of a restore that is taken back: go on, and leave Vault as its operator has it. It cannot be ' +
        'taken back, so password and, where there is a second factor, code are asked for again',
    ),
  ...proofFields.partial().shape,
});

export const capabilitiesAnswer = z.object({
  engine: z.boolean().describe('Whether a solver has a Docker Engine that answers'),
  targets: z.array(
    z.object({
      alias: z.string(),
      state: z.enum(['absent', 'running', 'exited', 'other', 'ambiguous', 'unknown']),
    }),
  ),
  vault: z
    .object({ reachable: z.boolean(), sealed: z.boolean().nullable() })
    .nullable()
    .describe('null: none is configured'),
});

export type SystemRoute = readonly [Method, string, RequestHandler];

export function systemRoutes(parts: SystemRouteParts): readonly SystemRoute[] {
  return [
    ['get', '/api/v1/system/capabilities', showCapabilities(parts)],
    ['get', '/api/v1/system/jobs', listSystemJobs(parts)],
    ['get', '/api/v1/system/jobs/:id', showSystemJob(parts)],
    ['post', '/api/v1/system/jobs/:id/continue', continueSystemJob(parts)],
    ['delete', '/api/v1/system/jobs/:id', cancelSystemJob(parts)],
  ];
}

function listSystemJobs(parts: SystemRouteParts): RequestHandler {
  return async (_request, response) => {
    const { jobs } = parts;
    const found = await jobs.list(mostListed);
    response.set('Cache-Control', 'no-cache').json({ jobs: found.map((job) => view(jobs, job)) });
  };
}

/** As JSON, or as events to whoever accepts them rather. */
function showSystemJob(parts: SystemRouteParts): RequestHandler {
  return async (request, response) => {
    const job = await find(parts, request);
    response.vary('Accept');
    const type = request.accepts(['application/json', 'text/event-stream']);
    if (type === false) throw new AstrogateError('not_acceptable', 'This is application/json or text/event-stream');
    response.set('Cache-Control', 'no-cache');
    if (type === 'application/json') return void response.json(view(parts.jobs, job));
    const after = lastEventId(request) ?? 0;
    // A browser comes back after the end until it is told that there is nothing more.
    if (hasEnded(job.state) && job.version <= after) return void response.status(204).end();
    if (request.method === 'HEAD') return void response.type('text/event-stream').end();
    const leave = parts.streams.take(parts.callerOf(request));
    // A job that ends all sessions is followed to its end by whoever began to.
    const standing = endsSessions.has(job.kind) ? undefined : parts.watchStanding(request);
    const closing = AbortSignal.any([parts.closing, ...(standing ? [standing.over] : [])]);
    try {
      await sendEvents(response, (signal) => eventsOf(parts.jobs, job.id, after, signal), closing);
    } finally {
      standing?.[Symbol.dispose]();
      leave();
    }
  };
}

async function* eventsOf(
  jobs: SystemJobs,
  id: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  for await (const job of jobs.follow(id, after, signal)) yield toSystemEvent(job, jobs.canCancel(job));
}

function continueSystemJob(parts: SystemRouteParts): RequestHandler {
  return async (request, response) => {
    const { id } = await find(parts, request);
    const { unseal_keys, leave_vault, password, code } = await readContinue(request);
    if (leave_vault) {
      if (password === undefined)
        throw new FieldError([{ field: 'password', value: null, allowed: 'your password, with leave_vault' }]);
      await parts.prove(request, { password, code });
      // Before it counts: whoever gives Vault up is never unknown.
      await parts.record?.(request, 'system.continue', id, { leave_vault });
    }
    const job = await parts.jobs.goOn(id, unseal_keys && { unseal_keys }, leave_vault ? 'leave' : 'done');
    if (!leave_vault) await parts.record?.(request, 'system.continue', id);
    response.status(202).json(view(parts.jobs, job));
  };
}

function cancelSystemJob(parts: SystemRouteParts): RequestHandler {
  return async (request, response) => {
    const { id } = await find(parts, request);
    const job = await parts.jobs.cancel(id);
    await parts.record?.(request, 'system.cancel', id);
    response.status(202).json(view(parts.jobs, job));
  };
}

/** What cannot be found out now is said to be unknown: this answers whatever is away. */
function showCapabilities(parts: SystemRouteParts): RequestHandler {
  return async (_request, response) => {
    const { targets, vault } = parts;
    const nothing = { engine: false, targets: [] as readonly string[] };
    const [can, seen, health] = await Promise.all([
      targets.capabilities().catch(() => nothing),
      targets.list().catch(() => []),
      vault().then(
        (found) => found && { reachable: true, sealed: found.sealed },
        () => ({ reachable: false, sealed: null }),
      ),
    ]);
    const states = new Map(seen.map(({ alias, state }) => [alias, state]));
    const listed = can.targets.map((alias) => ({ alias, state: states.get(alias) ?? ('unknown' as const) }));
    const answer: z.infer<typeof capabilitiesAnswer> = { engine: can.engine, targets: listed, vault: health };
    response.set('Cache-Control', 'no-store').json(answer);
  };
}

const view = (jobs: SystemJobs, job: SystemJob): SystemJobView => toSystemJobView(job, jobs.canCancel(job));

async function find({ jobs }: SystemRouteParts, request: Request): Promise<SystemJob> {
  const id = jobIdOf(request);
  const job = await jobs.get(id);
  if (!job) throw noSuchJob();
  noteJob(request, id);
  return job;
}

/** No error repeats anything of the body, since a log may show it: parsers like to quote what they did not understand. */
async function readContinue(request: Request): Promise<z.infer<typeof continueFields>> {
  const allowed = `JSON of at most ${mostBodyBytes} bytes, such as {"unseal_keys": ["…"]}, or nothing`;
  const wrong = (field: string) => new FieldError([{ field, value: null, allowed }]);
  const length = Number(request.get('content-length') ?? (request.get('transfer-encoding') ? mostBodyBytes + 1 : 0));
  if (length === 0) return {};
  if (!(length <= mostBodyBytes)) throw new AstrogateError('payload_too_large');
  if (!request.is('application/json')) throw wrong('body');
  const body = parse(await text(request));
  const checked = continueFields.safeParse(body);
  if (!checked.success) throw wrong(String(checked.error.issues[0]?.path[0] ?? 'body'));
  return checked.data;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
