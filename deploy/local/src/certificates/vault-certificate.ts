// The certificate of Vault in the compose deployment. Its authority is apart from that of the inner channel.
import { type CertificatePaths, keepPairs } from './kept-pairs.js';

/** A renewed one is another file, which the container sees at its next start; that asks for the unseal keys, so it lasts a year. */
const lives = { authorityDays: 3650, leafDays: 365, renewDays: 60 };

/** Paths in `directory`; what is missing or about to expire is made. */
export async function ensureVaultCertificate(directory: string): Promise<CertificatePaths> {
  const { vault } = await keepPairs(directory, {
    authority: 'Astrogate Vault',
    subjects: { vault: { kind: 'server', dnsNames: ['vault', 'localhost'] } },
    lives,
  });
  return vault;
}
