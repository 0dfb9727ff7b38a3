// Sends one webhook once, and says whether it is worth sending again. It keeps nothing and waits for nothing.
import type { FetchPublic } from '../outbound/fetch-public.js';
import { OutboundError } from '../outbound/outbound-error.js';
import { version } from '../version.js';
import type { WebhookEvent } from './event.js';
import { signatureHeaders } from './signature.js';

export interface Webhook {
  /** http or https, public; whatever the caller wrote. */
  readonly url: string;
  /** As in `keyOf`. */
  readonly secret: string;
  readonly id: string;
  readonly event: WebhookEvent;
}

export type Delivery =
  | { readonly delivered: true; readonly status: number }
  | {
      readonly delivered: false;
      readonly again: boolean;
      /** For the log: "status 500", or a reason of OutboundError. */
      readonly reason: string;
      /** The receiver wants to be left alone for so long, milliseconds. */
      readonly askedMs?: number;
    };

/** A receiver should take the event, answer, and work afterwards. */
const answerMs = 20_000;

/** Never rejects for what a receiver does. Throws AstrogateError for a secret that is none. */
export async function sendWebhook(
  fetchPublic: FetchPublic,
  { url, secret, id, event }: Webhook,
  { now, signal }: { now: Date; signal: AbortSignal },
): Promise<Delivery> {
  const body = JSON.stringify(event);
  const headers = {
    'content-type': 'application/json',
    'user-agent': `Astrogate/${version}`,
    ...signatureHeaders(secret, { id, sentAt: now, body }),
  };
  try {
    // A redirect would carry the event to where nobody asked for it. The answer's body is not read.
    const limits = { maxBytes: Number.MAX_SAFE_INTEGER, timeoutMs: answerMs, maxRedirects: 0 };
    const options = { ...limits, method: 'POST', headers, body } as const;
    using response = await fetchPublic(url, { ...options, signal });
    return toDelivery(response.status, response.headers['retry-after'], now);
  } catch (error) {
    if (error instanceof OutboundError) return { delivered: false, again: error.mayPassLater, reason: error.reason };
    throw error;
  }
}

/** 2xx is taken; 410 means that nobody wants it any more; everything else may pass. */
function toDelivery(status: number, retryAfter: string | undefined, now: Date): Delivery {
  if (status >= 200 && status < 300) return { delivered: true, status };
  const askedMs = toMilliseconds(retryAfter, now);
  const failure = { delivered: false, again: status !== 410, reason: `status ${status}` } as const;
  return askedMs === undefined ? failure : { ...failure, askedMs };
}

/** Retry-After: seconds or a date (RFC 9110 §10.2.3). */
function toMilliseconds(retryAfter: string | undefined, now: Date): number | undefined {
  if (retryAfter === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now.getTime();
  return ms > 0 ? ms : undefined;
}
