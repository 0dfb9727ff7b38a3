// An error as a person and as a program reads it.
import type { Failure, Problem } from '../failure.js';
import { UnreachableFailure } from '../failure.js';
import { adviceFor } from './advice.js';

/** Lines for standard error. `about` is the file or id that it concerns. */
export function problemLines(failure: Failure, about?: string): string[] {
  const { code, detail, requestId, retryAfter } = failure.problem;
  const lines = [`astrogate: ${about === undefined ? '' : `${about}: `}${detail}`];
  if (adviceFor(code) !== undefined) lines.push(`  code        ${code}`);
  const todo = whatToDo(failure, retryAfter);
  if (todo !== undefined) lines.push(`  what to do  ${todo}`);
  if (requestId !== undefined) lines.push(`  request id  ${requestId}`);
  return lines;
}

function whatToDo(failure: Failure, retryAfter: number | undefined): string | undefined {
  if (failure instanceof UnreachableFailure) return `check that a server runs at ${failure.server}`;
  const advice = adviceFor(failure.problem.code);
  return advice !== undefined && retryAfter !== undefined ? `${advice} (the server says: ${retryAfter} s)` : advice;
}

/** The member `error` of JSON output. */
export function problemJson({ code, detail, retryable, requestId, retryAfter }: Problem): Record<string, unknown> {
  return {
    code,
    detail,
    retryable,
    ...(requestId === undefined ? {} : { request_id: requestId }),
    ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
  };
}
