// Names of whoever asks, for what the api keeps: by which his jobs are shared out, and by which they are his.
import type { Request } from 'express';
import type { ApiContext } from '../context.js';
import { principalOf } from './asker.js';
import { accountOwner } from './job-access.js';

type Given = Pick<ApiContext, 'callerKeys'>;

/** One name per account, wherever it calls from, and per address of anonymous callers. */
export function callerKeyOf({ callerKeys }: Given, request: Request): string {
  const who = principalOf(request);
  return who.kind === 'anonymous' ? who.callerKey : callerKeys.ofAccount(who.userId);
}

/** Who owns the jobs of this request: the account, or the secret that an anonymous caller sends. Throws FieldError. */
export function ownerKeyOf({ callerKeys }: Given, request: Request): string | undefined {
  return accountOwner(principalOf(request)) ?? callerKeys.ofOwner(request);
}
