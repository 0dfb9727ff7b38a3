// Refuses what is asked too often, and says in every answer how often it still may be: by address before anybody looks
// at credentials, by account after.
import type { Request, RequestHandler, Response } from 'express';
import { principalOf } from '../access/asker.js';
import { WaitError } from '../access/wait-error.js';
import type { ApiContext } from '../context.js';
import type { Budget, Taken } from '../limits/budget.js';
import type { Whose } from '../limits/limiter.js';
import type { LimitClass } from '../limits/route-limits.js';
import { addressOf } from './client-address.js';

type Parts = Pick<ApiContext, 'limiter' | 'callerKeys'>;

/** Stands in front of authentication. */
export function limitAddress(ctx: Parts, name: LimitClass): RequestHandler {
  return async (request, response, next) => {
    await limit(ctx, response, { name, whose: 'address', who: ctx.callerKeys.of(addressOf(request)) });
    next();
  };
}

/** Stands behind authentication; whoever has no account passes. */
export function limitAccount(ctx: Parts, name: LimitClass): RequestHandler {
  return async (request: Request, response, next) => {
    const who = principalOf(request);
    if (who.kind !== 'anonymous') await limit(ctx, response, { name, whose: 'account', who: who.userId });
    next();
  };
}

async function limit(
  { limiter }: Parts,
  response: Response,
  { name, whose, who }: { name: LimitClass; whose: Whose; who: string },
): Promise<void> {
  const taken = await limiter.take(name, whose, who);
  tell(response, `${name}-${whose}`, taken);
  if (taken.isAllowed) return;
  const { count, seconds } = taken.budget;
  const message = `Allowed here: ${count} requests in ${seconds} seconds, by one ${whose}`;
  throw new WaitError('rate_limited', taken.retryMs / 1000, message);
}

/** Headers RateLimit and RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers-10: structured fields, one item each. */
function tell(response: Response, policy: string, { remaining, resetMs, budget }: Taken & { budget: Budget }): void {
  response.append('RateLimit-Policy', `"${policy}";q=${budget.count};w=${budget.seconds}`);
  response.append('RateLimit', `"${policy}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`);
}
