// Every request has an id: the caller's if it has our form, else a new one. Every answer carries it.
import { identifierPattern } from '@astrogate/proto';
import type { Request, RequestHandler } from 'express';
import { newId } from '../new-id.js';

const ids = new WeakMap<object, string>();
const jobIds = new WeakMap<object, string>();

export const assignRequestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id');
  const id = given !== undefined && identifierPattern.test(given) ? given : newId();
  ids.set(request, id);
  response.set('X-Request-Id', id);
  next();
};

export function requestId(request: Request): string {
  return ids.get(request) ?? '';
}

/** Remembers the job that a request is about, for its access line. */
export function noteJob(request: Request, jobId: string): void {
  jobIds.set(request, jobId);
}

export function notedJob(request: Request): string | undefined {
  return jobIds.get(request);
}
