// One request to the public api: an answer, or a Failure that says what happened.
import { randomUUID } from 'node:crypto';
import { keyFor } from '../accounts/stored-keys.js';
import { Interrupted, type Problem, ServerFailure, UnreachableFailure } from '../failure.js';

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers?: Record<string, string>;
  readonly body?: FormData | Blob | string;
  /** The answer must be complete by then, or have begun if it is a stream. */
  readonly seconds: number;
  readonly isStream?: boolean;
  /** Ctrl-C. */
  readonly signal?: AbortSignal;
}

/** An answer with a 2xx status. Throws ServerFailure, UnreachableFailure or Interrupted. */
export async function request(server: string, path: string, options: RequestOptions): Promise<Response> {
  const { seconds, isStream, signal, headers, ...rest } = options;
  const key = headers?.authorization === undefined ? keyFor(server) : undefined;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), seconds * 1000).unref();
  const limit = late.signal;
  let response: Response;
  try {
    response = await fetch(`${server.replace(/\/+$/, '')}${path}`, {
      ...rest,
      headers: {
        accept: 'application/json',
        'x-request-id': randomUUID(),
        ...(key && { authorization: `Bearer ${key}` }),
        ...headers,
      },
      signal: signal ? AbortSignal.any([limit, signal]) : limit,
    });
  } catch (error) {
    clearTimeout(timer);
    throw toFailure(error, { server, seconds, limit, signal });
  }
  if (isStream) clearTimeout(timer);
  if (!response.ok) throw new ServerFailure(await readProblem(response));
  return response;
}

/** The JSON of `response`. Throws ServerFailure when `accept` refuses it. */
export async function readJson<T>(response: Response, accept: (value: unknown) => value is T): Promise<T> {
  const value: unknown = await response.json().catch(() => undefined);
  if (accept(value)) return value;
  throw new ServerFailure(strange(response, 'The answer is not one that Astrogate gives'));
}

interface Attempt {
  server: string;
  seconds: number;
  limit: AbortSignal;
  signal: AbortSignal | undefined;
}

function toFailure(error: unknown, { server, seconds, limit, signal }: Attempt): Error {
  if (signal?.aborted) return new Interrupted();
  if (limit.aborted) return new UnreachableFailure(server, `no answer within ${seconds} s`, { cause: error });
  const { cause } = error as { cause?: unknown };
  return new UnreachableFailure(server, reasonOf(cause ?? error), { cause: error });
}

function reasonOf(cause: unknown): string {
  const { code, message, errors } = cause as { code?: string; message?: string; errors?: unknown[] };
  // Several addresses were tried; the first one tells enough.
  if (errors?.[0] !== undefined) return reasonOf(errors[0]);
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the name is not known';
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return 'the connection was closed';
  return message || code || 'the connection failed';
}

async function readProblem(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => undefined);
  const { code, detail, retryable, request_id } = (body ?? {}) as Record<string, unknown>;
  if (typeof code !== 'string') return strange(response, `HTTP status ${response.status}`);
  const after = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    code,
    detail: String(detail),
    retryable: retryable === true,
    ...(typeof request_id === 'string' ? { requestId: request_id } : {}),
    ...(Number.isFinite(after) ? { retryAfter: after } : {}),
  };
}

function strange(response: Response, detail: string): Problem {
  const requestId = response.headers.get('x-request-id');
  return {
    code: 'unknown',
    detail: `${detail}; does an Astrogate server run at ${new URL(response.url).origin}?`,
    retryable: response.status >= 500,
    ...(requestId === null ? {} : { requestId }),
  };
}
