// The certificates of a development run: made once, renewed before they expire.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory } from '../places.js';
import { issue, makeAuthority, type Pem, type Subject } from './issue.js';

const authorityDays = 365;
const leafDays = 30;
/** Renewed when less than this is left. */
const renewDays = 7;

export const serverNames = ['solver', 'localhost'] as const;
export const identities = { api: 'spiffe://astrogate/api', ops: 'spiffe://astrogate/ops' } as const;

const subjects: Record<'solver' | 'api' | 'ops', Subject> = {
  solver: { kind: 'server', dnsNames: serverNames },
  api: { kind: 'client', uri: identities.api },
  ops: { kind: 'client', uri: identities.ops },
};

export interface CertificatePaths {
  key: string;
  cert: string;
  ca: string;
}

/** Paths of the certificates of solver, api and ops in `directory`; what is missing or about to expire is made. */
export async function ensureCertificates(directory: string): Promise<Record<keyof typeof subjects, CertificatePaths>> {
  makePrivateDirectory(directory);
  const authorityPaths = pathsOf(directory, 'authority');
  let authority = readValid(authorityPaths, leafDays);
  if (!authority) {
    authority = await makeAuthority(authorityDays);
    writePem(authorityPaths, authority);
  }
  const ca = authorityPaths.cert;
  for (const [name, subject] of Object.entries(subjects)) {
    const paths = pathsOf(directory, name);
    if (!readValid(paths, renewDays, authority)) writePem(paths, await issue(authority, subject, leafDays));
  }
  const { solver, api, ops } = {
    solver: pathsOf(directory, 'solver'),
    api: pathsOf(directory, 'api'),
    ops: pathsOf(directory, 'ops'),
  };
  return { solver: { ...solver, ca }, api: { ...api, ca }, ops: { ...ops, ca } };
}

function pathsOf(directory: string, name: string): { key: string; cert: string } {
  return { key: join(directory, `${name}.key`), cert: join(directory, `${name}.crt`) };
}

/**
 * The pair at `paths`, when it is there, belongs together, is signed by `issuer` (absent: by itself) and still valid for
 * `days`. A run that is interrupted while it writes leaves pairs that are not.
 */
function readValid(paths: { key: string; cert: string }, days: number, issuer?: Pem): Pem | undefined {
  try {
    const pem = { cert: readFileSync(paths.cert, 'utf8'), key: readFileSync(paths.key, 'utf8') };
    const certificate = new X509Certificate(pem.cert);
    const signer = new X509Certificate((issuer ?? pem).cert);
    const belongs = certificate.checkPrivateKey(createPrivateKey(pem.key)) && certificate.verify(signer.publicKey);
    const leftMs = new Date(certificate.validTo).getTime() - Date.now();
    return belongs && leftMs > days * 86_400_000 ? pem : undefined;
  } catch {
    return undefined;
  }
}

function writePem(paths: { key: string; cert: string }, pem: Pem): void {
  writeFileSync(paths.key, pem.key, { mode: 0o600 });
  writeFileSync(paths.cert, pem.cert, { mode: 0o644 });
}
