// The way out as the rest of the api has it: a URL can be looked at beforehand, and fetched.
import { isIP } from 'node:net';
import { createFetchPublic, type FetchPublic } from './fetch-public.js';
import { checkUrl } from './hop.js';
import { OutboundError } from './outbound-error.js';
import { type OutboundPolicy, publicPolicy } from './policy.js';

export interface Outbound {
  readonly fetch: FetchPublic;
  /** What can be said of a URL without resolving its name; the rest is said when it is fetched. Throws OutboundError. */
  readonly check: (url: string) => void;
}

export const publicOutbound = createOutbound(publicPolicy);

/** For tests, like `createFetchPublic`. */
export function createOutbound(policy: OutboundPolicy): Outbound {
  const check = (text: string) => {
    const host = hostOf(checkUrl(text, policy.ports));
    const mayBe = isIP(host) === 0 ? !isLoopbackName(host) : policy.mayConnect(host);
    if (!mayBe) throw new OutboundError('refused_address', `${host} is not a public address`);
  };
  const fetchPublic = createFetchPublic(policy);
  return {
    check,
    fetch: async (url, options) => {
      check(url);
      return fetchPublic(url, options);
    },
  };
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** Names that mean this machine, whatever a DNS server says of them (RFC 6761 §6.3). */
function isLoopbackName(host: string): boolean {
  return /(?:^|\.)localhost\.?$/.test(host);
}
