// Small JSON bodies, checked against a schema. What was given is never repeated: it may be a secret.
import { AstrogateError } from '@astrogate/proto';
import express, { type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { FieldError, quoted } from './field-error.js';

/** The longest has a name and two passwords. */
const maxBytes = 16 * 1024;

/** Reads the body. A web page of another origin cannot send this type without being asked first (CORS). */
export function readJsonUpTo(limit: number): RequestHandler {
  const read = express.json({ limit, strict: true, type: 'application/json' });
  return (request, response, next) => {
    if (!request.is('application/json'))
      throw new AstrogateError('invalid_request', 'The body must be application/json');
    read(request, response, (error) => {
      const { type } = (error ?? {}) as { type?: string };
      if (type === 'entity.too.large') return next(new AstrogateError('payload_too_large'));
      if (error) return next(new AstrogateError('invalid_request', 'The body is not JSON'));
      next();
    });
  };
}

export const readJson = readJsonUpTo(maxBytes);

/** The same for a request that may have no body at all, which then counts as {}. */
export const readJsonIfAny: RequestHandler = (request, response, next) => {
  const hasBody = request.get('transfer-encoding') !== undefined || Number(request.get('content-length') ?? 0) > 0;
  if (hasBody) return void readJson(request, response, next);
  request.body = {};
  next();
};

/** The body that `readJson` has read. Throws FieldError. */
export function bodyOf<S extends z.ZodObject>(schema: S, request: Request): z.output<S> {
  const result = schema.safeParse(request.body);
  if (result.success) return result.data;
  throw new FieldError(
    result.error.issues.map((issue) => {
      const field = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.join('.');
      return { field: quoted(field), value: '(not shown)', allowed: allowedFor(schema, field) };
    }),
  );
}

function allowedFor(schema: z.ZodObject, field: string): string {
  const known = Object.hasOwn(schema.shape, field) ? (schema.shape[field] as z.ZodType) : undefined;
  return known?.description ?? `the fields ${Object.keys(schema.shape).join(', ')}`;
}
