// An error as RFC 9457 problem+json. Pure.
import { type AstrogateError, errorTable } from '@astrogate/proto';
import { z } from 'zod';
import { WaitError } from '../access/wait-error.js';
import { FieldError } from './field-error.js';

export const problemSchema = z.object({
  type: z.string().describe('"about:blank": the code says what happened'),
  title: z.string().describe('The same for every occurrence of the code'),
  status: z.int().describe('HTTP status'),
  detail: z.string().describe('What happened this time'),
  code: z.enum(Object.keys(errorTable)).describe('Code of the error table'),
  request_id: z.string().describe('Repeated in header X-Request-Id and in the logs'),
  retryable: z.boolean().describe('Whether the same request may succeed later without a change'),
  errors: z
    .array(
      z.object({
        field: z.string(),
        value: z.string().nullable().describe('As given, cut and escaped; null when missing'),
        allowed: z.string(),
      }),
    )
    .optional()
    .describe('Every wrong field, with code invalid_request'),
});
export type Problem = z.infer<typeof problemSchema>;

export function toProblem(error: AstrogateError, requestId: string): Problem {
  const { http, title, retryable } = errorTable[error.code];
  return {
    type: 'about:blank',
    title,
    status: http,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    retryable,
    ...(error instanceof FieldError ? { errors: [...error.errors] } : {}),
  };
}

/** Seconds until a new try is worth while, for header Retry-After; undefined: none is. */
export function retryAfterSeconds(error: AstrogateError): number | undefined {
  if (error instanceof WaitError) return error.seconds;
  const { http, retryable } = errorTable[error.code];
  if (!retryable || (http < 500 && http !== 429)) return undefined;
  // A solver that restarts is back in seconds; a queue or a disk takes longer to empty.
  return error.code === 'busy' || error.code === 'storage_full' ? 15 : 5;
}
