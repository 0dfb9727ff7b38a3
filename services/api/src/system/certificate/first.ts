// The first certificate, so that the TLS server can start before anybody has installed one.
import { newId } from '../../new-id.js';
import type { CertificateIssuer } from './issuer.js';
import { claimCurrent, currentVersion, removeVersion, writeVersion } from './versions.js';

interface Parts {
  readonly root: string;
  readonly names: readonly string[];
  readonly issuer: CertificateIssuer;
}

/** Makes one where there is none. Throws `storage_full`, `storage_unavailable`, and `conflict` for what others put there. */
export async function ensureCertificate({ root, names, issuer }: Parts): Promise<void> {
  if ((await currentVersion(root)) !== undefined) return;
  const version = newId();
  await writeVersion(root, version, await issuer.issue(names), { from: 'issue', names });
  // Another api may have been faster.
  if (!(await claimCurrent(root, version))) await removeVersion(root, version);
}
