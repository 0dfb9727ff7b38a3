// What becomes of a delivery after an attempt. Pure.
import type { DeliveryStep } from './delivery-store.js';
import { mostAttempts, pauseAfter } from './retry-schedule.js';
import type { Delivery } from './send-webhook.js';

/**
 * An attempt that was cut off with its api counts and is made again; a delivery with so many attempts, which the schedule
 * alone never has, is not attempted any more, so that none can end apis for ever.
 */
export const mostClaims = 2 * mostAttempts;

/** `attempt`: number of the attempt that came to `delivery`; `random`: a number in [0, 1). */
export function afterAttempt(
  delivery: Delivery,
  attempt: number,
  { now, random }: { now: Date; random: number },
): DeliveryStep {
  if (delivery.delivered) return { state: 'delivered' };
  const { again, reason, askedMs } = delivery;
  const pauseMs = again ? pauseAfter(attempt, { askedMs, random }) : undefined;
  if (pauseMs === undefined) return { state: 'given_up', reason };
  return { state: 'pending', reason, nextAt: new Date(now.getTime() + pauseMs) };
}
