// The one place where an error becomes an answer. It is logged once, here; nothing of its cause goes out.
import type { Logger } from '@astrogate/common';
import { AstrogateError, errorTable } from '@astrogate/proto';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { type Problem, retryAfterSeconds, toProblem } from './problem.js';
import { notedJob, requestId } from './request-id.js';

/** How a route words its errors, when not as problem+json: the drop-in routes have shapes of their own. */
type ErrorShape = (problem: Problem) => Record<string, unknown>;
const dropInShapes: Readonly<Record<string, ErrorShape>> = {
  '/solve': (problem) => ({ solved: false, ...dropInParts(problem) }),
  '/analyse': (problem) => ({ success: false, has_exif: false, ...dropInParts(problem) }),
};

function dropInParts({ detail, code, request_id, errors }: Problem) {
  return { error: detail, code, request_id, ...(errors ? { errors } : {}) };
}

export function errorHandler(log: Logger): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    const error = toOwn(thrown);
    logOnce(log, error, thrown, request);
    if (response.headersSent) return next(thrown);
    answer(error, request, response);
  };
}

function answer(error: AstrogateError, request: Request, response: Response): void {
  const problem = toProblem(error, requestId(request));
  const wait = retryAfterSeconds(error);
  if (wait !== undefined) response.set('Retry-After', String(wait));
  if (problem.status === 401) response.set('WWW-Authenticate', 'Bearer');
  // A refusal is no fact that may be kept: it ends with a sign-in, or a second later.
  response.set('Cache-Control', 'no-store').status(problem.status);
  const shape = dropInShapes[request.path];
  if (shape) response.json(shape(problem));
  else response.type('application/problem+json').send(JSON.stringify(problem));
}

/** Errors of express itself carry a status: a path that cannot be decoded, for example. */
function toOwn(thrown: unknown): AstrogateError {
  if (thrown instanceof AstrogateError) return thrown;
  const status = (thrown as { status?: unknown } | undefined)?.status;
  const isClients = typeof status === 'number' && status >= 400 && status < 500;
  return new AstrogateError(isClients ? 'invalid_request' : 'internal', undefined, { cause: thrown });
}

function logOnce(log: Logger, error: AstrogateError, thrown: unknown, request: Request): void {
  const line = { requestId: requestId(request), jobId: notedJob(request), err: thrown };
  if (errorTable[error.code].http >= 500) log.error(line, 'request failed');
  else log.debug(line, 'request refused');
}
