// What may be reached from here. Product code uses `publicPolicy` alone; no configuration changes it.
import { Resolver } from 'node:dns/promises';
import { isPublicAddress } from './public-address.js';

export interface OutboundPolicy {
  /** IP addresses of a name. Rejects, or resolves with none, when there are none now. */
  readonly resolve: (host: string, signal: AbortSignal) => Promise<readonly string[]>;
  readonly mayConnect: (address: string) => boolean;
  readonly ports: ReadonlySet<number>;
  /** Authorities of servers, PEM; undefined: those that Node.js brings. */
  readonly ca?: string;
}

export const publicPolicy: OutboundPolicy = {
  resolve: resolveByDns,
  mayConnect: isPublicAddress,
  ports: new Set([80, 443]),
};

/** Milliseconds for one question, which is asked twice at most. */
const questionMs = 3_000;

/**
 * Asks DNS itself: the system's resolver would also read the hosts file, and a name that answers slowly would hold one of
 * the four threads on which files are read and written.
 */
async function resolveByDns(host: string, signal: AbortSignal): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: questionMs, tries: 2 });
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
