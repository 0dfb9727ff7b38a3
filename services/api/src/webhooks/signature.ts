// Signatures of webhooks as "Standard Webhooks" has them (https://www.standardwebhooks.com), version v1: HMAC-SHA256 under
// a secret that the caller gave with the job. Pure.
import { createHmac } from 'node:crypto';
import { AstrogateError } from '@astrogate/proto';

/** Fewer bytes could be guessed, and no one needs more (the standard's own bounds). */
const keyBytes = { least: 24, most: 64 };

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The key in a secret such as "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw". Throws AstrogateError `invalid_request`. */
export function keyOf(secret: string): Buffer {
  const text = secret.startsWith('whsec_') ? secret.slice(6) : '';
  const key = base64.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (key.length < keyBytes.least || key.length > keyBytes.most) {
    const { least, most } = keyBytes;
    throw new AstrogateError('invalid_request', `A webhook secret is whsec_ and ${least} to ${most} bytes in base64`);
  }
  return key;
}

export interface SignedParts {
  /** Names the event, the same at every attempt to deliver it; without a dot. */
  readonly id: string;
  readonly sentAt: Date;
  /** Exactly the bytes that are sent. */
  readonly body: string;
}

/** The three headers that let the receiver know who sent `body` and when. Throws like `keyOf`. */
export function signatureHeaders(secret: string, { id, sentAt, body }: SignedParts): Record<string, string> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
