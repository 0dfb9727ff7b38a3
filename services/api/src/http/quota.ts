// What whoever asks may use on this day: by account, or by address without one.
import type { Request } from 'express';
import { accountOf, principalOf } from '../access/asker.js';
import type { ApiContext } from '../context.js';
import type { Quota } from '../limits/quotas.js';
import { addressOf } from './client-address.js';

export function quotaOf({ config, callerKeys }: Pick<ApiContext, 'config' | 'callerKeys'>, request: Request): Quota {
  const principal = principalOf(request);
  const account = accountOf(request);
  const role = principal && principal.kind !== 'anonymous' ? principal.role : 'anonymous';
  const caller = account === undefined ? `caller:${callerKeys.of(addressOf(request))}` : `account:${account}`;
  return { caller, ...config.quotas[role] };
}
