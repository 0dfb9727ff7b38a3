// The certificates of the inner channel in a development run: made once, renewed before they expire.
import { type CertificatePaths, keepPairs } from './kept-pairs.js';

export const serverNames = ['solver', 'localhost'] as const;
export const identities = { api: 'spiffe://astrogate/api', ops: 'spiffe://astrogate/ops' } as const;

/** Paths of the certificates of solver, api and ops in `directory`; what is missing or about to expire is made. */
export function ensureCertificates(directory: string): Promise<Record<'solver' | 'api' | 'ops', CertificatePaths>> {
  return keepPairs(directory, {
    authority: 'Astrogate inner channel',
    subjects: {
      solver: { kind: 'server', dnsNames: serverNames },
      api: { kind: 'client', uri: identities.api },
      ops: { kind: 'client', uri: identities.ops },
    },
    lives: { authorityDays: 365, leafDays: 30, renewDays: 7 },
  });
}
