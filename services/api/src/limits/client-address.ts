// Whose address a request comes from. What proxies say is believed as far as the proxies are ours: X-Forwarded-For is
// read from its right end, where each of ours has written whom it heard, up to the first that is not ours. Pure.
import { isIP } from 'node:net';
import { ConfigError } from '@astrogate/common';
import ipaddr from 'ipaddr.js';

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];
export type TrustedProxies = readonly Network[];

/** Nobody has more proxies in a row; what stands further left was written by strangers. */
const mostHops = 32;

/** `texts`: networks such as 10.0.0.0/8, or single addresses. Throws ConfigError. */
export function readTrustedProxies(texts: readonly string[]): TrustedProxies {
  return texts.map((text) => {
    const [address = '', length] = text.split('/');
    try {
      if (isIP(address) === 0) throw new Error('no address');
      if (length === '0') throw new Error('everybody');
      const network = ipaddr.parse(address);
      return length === undefined ? [network, network.kind() === 'ipv4' ? 32 : 128] : ipaddr.parseCIDR(text);
    } catch (error) {
      throw new ConfigError('API_TRUSTED_PROXIES has an item that is no network of proxies', { cause: error });
    }
  });
}

/**
 * The client's address, IPv4 as such also when it was mapped into IPv6, without zone; undefined when the connection is
 * gone. `peer`: the address of the connection; `forwarded`: X-Forwarded-For, several joined by commas.
 */
export function clientAddress(
  peer: string | undefined,
  forwarded: string | undefined,
  trusted: TrustedProxies,
): string | undefined {
  let address = peer === undefined ? undefined : plainAddress(peer);
  if (address === undefined) return undefined;
  const hops = (forwarded ?? '').split(',').slice(-mostHops).reverse();
  for (const hop of hops) {
    if (!isTrusted(address, trusted)) return address;
    const before = plainAddress(withoutPort(hop.trim()));
    // A proxy of ours has not written that; behind it nothing is known.
    if (before === undefined) return address;
    address = before;
  }
  return address;
}

function isTrusted(address: string, trusted: TrustedProxies): boolean {
  const parsed = ipaddr.parse(address);
  return trusted.some(([network, length]) => {
    if (parsed.kind() !== network.kind()) return false;
    return (parsed as ipaddr.IPv4).match(network as ipaddr.IPv4, length);
  });
}

/** In one form per address; undefined: it is none. */
function plainAddress(text: string): string | undefined {
  const [address = ''] = text.split('%');
  return isIP(address) === 0 ? undefined : ipaddr.process(address).toString();
}

/** Some proxies write the port as well: 192.0.2.1:4711, [2001:db8::1]:4711. */
function withoutPort(text: string): string {
  const [, v6, v4] = /^\[([^\]]+)\](?::\d+)?$|^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text) ?? [];
  return v6 ?? v4 ?? text;
}
