// Which addresses are out on the internet. An allow-list: what is not plainly public unicast is refused. Pure.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** All of IPv6 that is given out for use on the internet (RFC 4291; IANA's registry). */
const globalUnicast = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

/** Public by the registries, but inside: the host's own service in Microsoft's cloud. */
const insideAllTheSame = new Set(['168.63.129.16']);

/**
 * Whether `address`, an IPv4 or IPv6 address in its usual form, is public unicast. Loopback, private, link-local,
 * shared (CGNAT), multicast, documentation, benchmarking and reserved ranges are not, nor is any form that carries an
 * IPv4 address inside (mapped, NAT64, 6to4, Teredo), nor one with a zone. Ranges: the special-purpose registries of
 * RFC 6890, as ipaddr.js has them.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%') || insideAllTheSame.has(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast);
}
