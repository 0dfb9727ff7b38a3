// What whoever asks may use on this day: by account, or by address without one.
import type { Request } from 'express';
import { principalOf } from '../access/asker.js';
import type { ApiContext } from '../context.js';
import type { Quota } from '../limits/quotas.js';

export function quotaOf({ config }: Pick<ApiContext, 'config'>, request: Request): Quota {
  const who = principalOf(request);
  if (who.kind === 'anonymous') return { caller: `caller:${who.callerKey}`, ...config.quotas.anonymous };
  return { caller: `account:${who.userId}`, ...config.quotas[who.role] };
}
