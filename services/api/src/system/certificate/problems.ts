// What is wrong with a chain and its key for a server on the public net. Pure: every rule is a row of problems.test.ts.
import type { CertificateFacts, KeyFacts, PairFacts } from './facts.js';
import { covers, isServerName } from './names.js';

const dayMs = 86_400_000;
/** Longer ones are refused by browsers since 2020 (CA/Browser Forum, Baseline Requirements, 6.3.2). */
export const longestDays = 398;
/** Baseline Requirements, 6.1.5. A larger modulus than this makes every handshake slow. */
const [leastRsaBits, mostRsaBits] = [2048, 8192];
/** P-256 and P-384. */
const curves = new Set(['prime256v1', 'secp384r1']);
const serverAuth = '1.3.6.1.5.5.7.3.1';
const brokenHashes = new Set(['MD5', 'SHA-1']);

export interface Demand {
  /** Names that must be among those of the certificate: whoever comes by them would be turned away. */
  readonly hosts: readonly string[];
  readonly now: Date;
}

/** Sentences without their full stop; none: it may be installed. */
export function problemsOf({ chain, isKeyOfFirst, signedByNext }: PairFacts, demand: Demand): string[] {
  const [leaf, ...others] = chain;
  return [
    ...(isKeyOfFirst ? [] : ['the key is not that of the first certificate']),
    ...leafProblems(leaf, demand),
    ...signedByNext.flatMap((isSigned, at) =>
      isSigned ? [] : [`certificate ${at + 1} is not signed by certificate ${at + 2}: the order is leaf first`],
    ),
    ...others.flatMap((one, at) => authorityProblems(one, `certificate ${at + 2}`, demand.now)),
  ];
}

function leafProblems(leaf: CertificateFacts, { hosts, now }: Demand): string[] {
  const days = (leaf.notAfter.getTime() - leaf.notBefore.getTime()) / dayMs;
  const { isAuthority, usages, purposes } = leaf;
  return [
    ...commonProblems(leaf, 'the certificate', now),
    ...(days > longestDays ? [`it is valid for ${Math.ceil(days)} days, and at most ${longestDays} are taken`] : []),
    ...(isAuthority ? ['it is that of an authority, not of a server'] : []),
    ...(usages && !usages.maySign ? ['its key usage leaves out digitalSignature'] : []),
    ...(purposes?.includes(serverAuth) ? [] : ['its extended key usage does not name serverAuth']),
    ...nameProblems(leaf, hosts),
  ];
}

function nameProblems({ names }: CertificateFacts, hosts: readonly string[]): string[] {
  const ofServers = names.filter(({ type }) => type !== 'other');
  if (ofServers.length === 0) return ['it has no subject alternative name of a server'];
  return [
    ...ofServers.filter(({ value }) => !isServerName(value)).map(({ value }) => `"${value}" is no name of a server`),
    ...hosts.filter((host) => !covers(names, host)).map((host) => `it is not for ${host}`),
  ];
}

function authorityProblems(one: CertificateFacts, what: string, now: Date): string[] {
  return [
    ...commonProblems(one, what, now),
    ...(one.isAuthority ? [] : [`${what} is not that of an authority`]),
    ...(one.usages && !one.usages.mayCertify ? [`${what} may not sign certificates`] : []),
  ];
}

function commonProblems(one: CertificateFacts, what: string, now: Date): string[] {
  const weak = keyProblem(one.key);
  return [
    ...(one.notBefore > now ? [`${what} is not valid before ${one.notBefore.toISOString()}`] : []),
    ...(one.notAfter <= now ? [`${what} has expired on ${one.notAfter.toISOString()}`] : []),
    ...(weak === undefined ? [] : [`the key of ${what} ${weak}`]),
    ...(brokenHashes.has(one.signatureHash) ? [`${what} is signed with ${one.signatureHash}`] : []),
  ];
}

/** Why browsers do not take such a key, after "the key"; undefined: they do. */
function keyProblem(key: KeyFacts): string | undefined {
  if (key.kind === 'rsa') {
    if (key.bits < leastRsaBits) return `is RSA with ${key.bits} bits, and at least ${leastRsaBits} are needed`;
    return key.bits > mostRsaBits ? `is RSA with ${key.bits} bits, and at most ${mostRsaBits} are taken` : undefined;
  }
  if (key.kind === 'ec')
    return curves.has(key.curve) ? undefined : `is on ${key.curve}, and browsers take P-256 and P-384`;
  return `is ${key.name}, which browsers do not take; RSA, P-256 and P-384 are taken`;
}
