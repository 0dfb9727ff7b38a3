// The one way out of the api to servers that callers name: only to public addresses, looked at after the name is resolved
// and again at every redirect, bounded in time and bytes.
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { checkUrl, type Hop, nextHop } from './hop.js';
import { OutboundError } from './outbound-error.js';
import { type OutboundPolicy, publicPolicy } from './policy.js';
import { type PublicResponse, toResponse } from './public-response.js';
import { send } from './send.js';

export interface FetchOptions {
  /** GET by default. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Most bytes of the answer's body. */
  readonly maxBytes: number;
  /** From the call to the last byte, redirects included, milliseconds. */
  readonly timeoutMs: number;
  /** 0 to 3, 3 by default. With 0, a redirect is an answer like any other. */
  readonly maxRedirects?: number;
  readonly signal?: AbortSignal;
}

/** Throws OutboundError, or the reason of `signal`. */
export type FetchPublic = (url: string, options: FetchOptions) => Promise<PublicResponse>;

export const fetchPublic = createFetchPublic(publicPolicy);

/** For tests, which need a policy that lets them reach servers of their own. */
export function createFetchPublic(policy: OutboundPolicy): FetchPublic {
  return async (url, options) => {
    const over = new AbortController();
    const late = () => over.abort(new OutboundError('timeout', 'It took too long'));
    const timer = setTimeout(late, options.timeoutMs);
    const leave = () => over.abort(options.signal?.reason);
    options.signal?.addEventListener('abort', leave, { once: true });
    if (options.signal?.aborted) leave();
    const end = (reason: unknown) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', leave);
      over.abort(reason);
    };
    try {
      const { hop, message } = await follow(policy, firstHop(url, options, policy), options, over);
      return toResponse(hop, message, options.maxBytes, { signal: over.signal, end });
    } catch (error) {
      end(error);
      throw error;
    }
  };
}

function firstHop(url: string, { method = 'GET', headers = {}, body }: FetchOptions, { ports }: OutboundPolicy): Hop {
  return { url: checkUrl(url, ports), method, headers, body };
}

/** No chain that leads anywhere is longer. */
const mostRedirects = 3;

async function follow(
  policy: OutboundPolicy,
  first: Hop,
  { maxRedirects = mostRedirects }: FetchOptions,
  over: AbortController,
): Promise<{ hop: Hop; message: IncomingMessage }> {
  let hop = first;
  for (let redirects = 0; ; redirects++) {
    const addresses = await addressesOf(hop.url, policy, over.signal);
    const message = await send(hop, addresses, { over, ca: policy.ca });
    if (maxRedirects === 0) return { hop, message };
    try {
      const next = nextHop(hop, message.statusCode ?? 0, message.headers.location, policy.ports);
      if (!next) return { hop, message };
      if (redirects === maxRedirects) throw new OutboundError('refused_redirect', 'Too many redirects');
      message.destroy();
      hop = next;
    } catch (error) {
      message.destroy();
      throw error;
    }
  }
}

/** The addresses to connect to. One that may not be connected to refuses the name, whatever else it has. */
async function addressesOf(url: URL, policy: OutboundPolicy, signal: AbortSignal): Promise<readonly string[]> {
  signal.throwIfAborted();
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await resolve(host, policy, signal) : [host];
  if (!addresses.every((address) => policy.mayConnect(address))) {
    throw new OutboundError('refused_address', `${host} is not a public address`);
  }
  return addresses;
}

async function resolve(host: string, policy: OutboundPolicy, signal: AbortSignal): Promise<readonly string[]> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const found = policy.resolve(host, signal).catch((cause: unknown) => {
    throw new OutboundError('unresolved', `${host} does not resolve`, { cause });
  });
  const addresses = await Promise.race([found, aborted]);
  if (addresses.length === 0) throw new OutboundError('unresolved', `${host} has no address`);
  return addresses;
}
