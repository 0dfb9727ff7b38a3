// Opaque names for whoever asks: one from the address, by which jobs are shared out and the solver learns, and one from
// the secret of a caller who wants to list his jobs. Nobody behind the api ever sees an address or such a secret.
import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { AstrogateError } from '@astrogate/proto';
import type { Request } from 'express';
import { FieldError } from './field-error.js';

/** 128 bits: no two callers share one by chance. */
const keyBytes = 16;

/** The header in which a caller sends the secret that his jobs are listed by. */
export const ownerHeader = 'Astrogate-Owner';
const ownerPattern = /^[A-Za-z0-9_-]{32,128}$/;
const ownerForm = '32 to 128 letters, digits, - and _; for instance 32 random bytes in hexadecimal digits';

export class CallerKeys {
  #secret: Buffer;

  /** `secret`: the same for all apis on one database, so that a caller has one name at all of them. */
  constructor(secret: Buffer) {
    this.#secret = secret;
  }

  /** A restore has put another secret into the database. */
  use(secret: Buffer): void {
    this.#secret = secret;
  }

  /**
   * The key of a remote address, 22 characters of [A-Za-z0-9_-]; empty for a connection that is gone. Callers behind one
   * address share a key, which costs little: what was learned of somebody else is a wrong hint.
   */
  of(address: string | undefined): string {
    return address === undefined ? '' : this.#name(networkOf(address));
  }

  /** The key of an account, of the same form. */
  ofAccount(userId: string): string {
    return this.#name(`account ${userId}`);
  }

  /** The key of the secret that a request carries, of the same form; undefined: it has none. Throws FieldError. */
  ofOwner(request: Request): string | undefined {
    const secret = request.get(ownerHeader);
    if (secret === undefined) return undefined;
    if (ownerPattern.test(secret)) return this.#name(`owner ${secret}`);
    throw new FieldError([{ field: ownerHeader, value: '(not shown)', allowed: ownerForm }]);
  }

  /** Like `ofOwner`. Throws `unauthenticated` when there is none. */
  demandOwner(request: Request): string {
    const key = this.ofOwner(request);
    if (key === undefined)
      throw new AstrogateError('unauthenticated', `Jobs are listed by the ${ownerHeader} header they were made with`);
    return key;
  }

  #name(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest().subarray(0, keyBytes).toString('base64url');
  }
}

/** IPv4 as it is; of IPv6 the /64, in which a machine changes its own address daily (RFC 8981). */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [plain = ''] = address.split('%');
  return isIPv6(plain) ? groupsOf(plain).slice(0, 4).join(':') : plain;
}

/** The eight groups of an IPv6 address, "::" filled with zeros, as Node writes them: lower case, no leading zeros. */
function groupsOf(address: string): string[] {
  const [left = '', right] = address.split('::');
  const head = left === '' ? [] : left.split(':');
  if (right === undefined) return head;
  const tail = right === '' ? [] : right.split(':');
  return [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail];
}
