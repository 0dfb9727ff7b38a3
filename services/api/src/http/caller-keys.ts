// Opaque names for whoever asks, by which the solver learns. Nobody behind the api ever sees an address.
import { createHmac, randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';

/** 128 bits: no two callers share one by chance. */
const keyBytes = 16;

export class CallerKeys {
  /**
   * Made anew by every process: nothing lies on a disk that could turn keys back into addresses, and a key says nothing
   * about one of another run. What is lost is what the solver learned: one search of each caller.
   */
  readonly #secret = randomBytes(32);

  /**
   * The key of a remote address, 22 characters of [A-Za-z0-9_-]; empty for a connection that is gone. Callers behind one
   * address share a key, which costs little: what was learned of somebody else is a wrong hint.
   */
  of(address: string | undefined): string {
    if (address === undefined) return '';
    return createHmac('sha256', this.#secret)
      .update(networkOf(address))
      .digest()
      .subarray(0, keyBytes)
      .toString('base64url');
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
