// Header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): whoever did not hear the answer sends the same
// request with the same key again, and hears of the job that was made.
import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { callerKeyOf, ownerKeyOf } from '../access/caller.js';
import type { ApiContext } from '../context.js';
import type { Once } from '../jobs/once.js';
import { FieldError, quoted } from './field-error.js';

/** A key without what was asked for. */
export type OnceKey = Pick<Once, 'scope' | 'key'>;

/** Printable characters of ASCII. Quotation marks, which the draft has around it, are part of the key. */
const keyPattern = /^[\x20-\x7e]{1,255}$/;

/** Undefined: the request has no key. Throws FieldError. */
export function readOnceKey(ctx: Pick<ApiContext, 'callerKeys'>, request: Request): OnceKey | undefined {
  const key = request.get('idempotency-key');
  if (key === undefined) return undefined;
  const allowed = '1 to 255 printable characters of ASCII';
  if (!keyPattern.test(key)) throw new FieldError([{ field: 'Idempotency-Key', value: quoted(key), allowed }]);
  return { key, scope: ownerKeyOf(ctx, request) ?? callerKeyOf(ctx, request) };
}

/** `fields`: as checked, so that a number may be spelt in two ways. The picture's name asks for nothing. */
export function toOnce(onceKey: OnceKey, fields: object, sha256: string): Once {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  const asked = JSON.stringify([sha256, given.sort(([a], [b]) => (a < b ? -1 : 1))]);
  return { ...onceKey, requestHash: createHash('sha256').update(asked).digest('hex') };
}
