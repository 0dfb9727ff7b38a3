// GET /api/v1/solves/:id/events: what happens to a job, from its beginning or from where the client was cut off, until
// its end.
import { AstrogateError } from '@astrogate/proto';
import type { RequestHandler } from 'express';
import { principalOf } from '../access/asker.js';
import { callerKeyOf } from '../access/caller.js';
import { mayUseJob } from '../access/job-access.js';
import { watchStanding } from '../access/standing.js';
import type { ApiContext } from '../context.js';
import { hasEnded } from '../jobs/job.js';
import { lastEventId, type StreamEvent, sendEvents } from './event-stream.js';
import { toEndEvent, toStreamEvent } from './job-event.js';
import { jobIdOf, noSuchJob } from './job-id.js';
import { noteJob } from './request-id.js';

export function followSolve(ctx: ApiContext): RequestHandler {
  return async (request, response) => {
    const id = jobIdOf(request);
    const after = lastEventId(request) ?? 0;
    const found = await ctx.watch.look(id, after);
    const owned = found && (await ctx.store.ownerOf(id));
    if (!owned || !mayUseJob(principalOf(request), owned.ownerKey)) throw noSuchJob();
    noteJob(request, id);
    if (!request.accepts('text/event-stream')) throw new AstrogateError('not_acceptable', 'This is text/event-stream');
    // A browser comes back after the end until it is told that there is nothing more.
    if (found.hasEnded && found.events.length === 0) return void response.status(204).end();
    if (request.method === 'HEAD')
      return void response.set('Cache-Control', 'no-store').type('text/event-stream').end();
    const leave = ctx.streams.take(callerKeyOf(ctx, request));
    const standing = watchStanding(ctx, principalOf(request));
    const closing = AbortSignal.any([ctx.closing.signal, standing.over]);
    try {
      await sendEvents(response, (signal) => eventsOf(ctx, id, after, signal), closing);
    } finally {
      standing[Symbol.dispose]();
      leave();
    }
  };
}

/** Ends without an event `ended` when the job is deleted meanwhile; whoever then comes back hears `not_found`. */
async function* eventsOf(
  { watch, store }: ApiContext,
  id: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  for await (const event of watch.follow(id, after, signal)) {
    if (!hasEnded(event)) {
      yield toStreamEvent(event);
      continue;
    }
    const job = await store.get(id);
    if (job) yield toEndEvent(event, job);
    return;
  }
}
