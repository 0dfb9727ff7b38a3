// The certificate that is installed, and whether the server shows it.
import { AstrogateError } from '@astrogate/proto';
import type { CertificateFacts } from './facts.js';
import { readLeaf } from './read-pair.js';
import { daysLeft } from './renewal.js';
import { type ServingPlace, servedCertificate } from './served.js';
import { type About, currentVersion, readVersion } from './versions.js';

export interface InstalledCertificate extends Pick<About, 'from'> {
  readonly leaf: CertificateFacts;
  readonly daysLeft: number;
  /** Undefined: nothing there speaks TLS. */
  readonly isServed: boolean | undefined;
}

interface Parts {
  readonly root: string;
  readonly place: ServingPlace;
  readonly now: () => Date;
}

/** Throws `not_found` when there is none, `conflict` and `storage_unavailable`. */
export async function installedCertificate({ root, place, now }: Parts): Promise<InstalledCertificate> {
  const version = await currentVersion(root);
  if (version === undefined) throw new AstrogateError('not_found', 'No certificate has been installed');
  const [{ chain, about }, served] = await Promise.all([
    readVersion(root, version),
    servedCertificate(place).catch(() => undefined),
  ]);
  const leaf = readLeaf(chain);
  const isServed = served && served.fingerprint === leaf.fingerprint;
  return { leaf, from: about.from, daysLeft: daysLeft(leaf, now()), isServed };
}
