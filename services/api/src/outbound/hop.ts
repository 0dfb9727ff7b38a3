// One request of a chain of redirects: what it may be, and what the next one is. Pure.
import { OutboundError } from './outbound-error.js';

export interface Hop {
  readonly url: URL;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
}

/** Longer ones are not URLs that people write. */
const longestUrl = 2048;

/** Parses and checks a URL; `base` makes a relative one complete. Throws OutboundError. */
export function checkUrl(text: string, ports: ReadonlySet<number>, base?: URL): URL {
  const url = text.length <= longestUrl && URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new OutboundError('bad_url', 'This is not an http or https URL');
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutboundError('bad_url', 'The URL carries credentials');
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (!ports.has(port)) throw new OutboundError('refused_port', `Port ${port} is not allowed`);
  return url;
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What another origin may see of the caller's headers. */
const harmless: ReadonlySet<string> = new Set(['accept', 'user-agent']);

/**
 * The request that an answer redirects to; undefined when it is no redirect. 303, and 301 and 302 after a POST, become
 * GET without a body, as browsers have it (RFC 9110 §15.4). Another origin gets no header that could be a credential, and
 * no body. Throws OutboundError.
 */
export function nextHop(
  hop: Hop,
  status: number,
  location: string | undefined,
  ports: ReadonlySet<number>,
): Hop | undefined {
  if (!redirects.has(status) || location === undefined) return undefined;
  const url = checkUrl(location, ports, hop.url);
  if (hop.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new OutboundError('refused_redirect', 'Redirected from https to http');
  }
  const becomesGet = hop.method !== 'HEAD' && (status === 303 || (status < 303 && hop.method === 'POST'));
  const isOther = url.origin !== hop.url.origin;
  if (isOther && !becomesGet && hop.body !== undefined) {
    throw new OutboundError('refused_redirect', 'Redirected with a body to another origin');
  }
  const headers = Object.entries(hop.headers).filter(
    ([name]) => (!isOther || harmless.has(name)) && !(becomesGet && name.startsWith('content-')),
  );
  return {
    url,
    method: becomesGet ? 'GET' : hop.method,
    headers: Object.fromEntries(headers),
    body: becomesGet ? undefined : hop.body,
  };
}
