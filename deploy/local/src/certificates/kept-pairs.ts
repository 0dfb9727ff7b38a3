// Certificates with their keys as files: read when they can still be used, and written.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory } from '../places.js';
import { issue, makeAuthority, type Pem, type Subject } from './issue.js';

export interface CertificatePaths {
  key: string;
  cert: string;
  ca: string;
}

export interface Lives {
  readonly authorityDays: number;
  readonly leafDays: number;
  /** A leaf is renewed when less than this is left, the authority when it would end before its leaves. */
  readonly renewDays: number;
}

/**
 * Paths of the authority named `name`, and of one leaf for each subject, in `directory`; what is missing or about to expire
 * is made.
 */
export async function keepPairs<Name extends string>(
  directory: string,
  { authority: name, subjects, lives }: { authority: string; subjects: Record<Name, Subject>; lives: Lives },
): Promise<Record<Name, CertificatePaths>> {
  const { authorityDays, leafDays, renewDays } = lives;
  makePrivateDirectory(directory);
  const authorityPaths = pathsOf(directory, 'authority');
  let authority = readValid(authorityPaths, leafDays);
  if (!authority) {
    authority = await makeAuthority(authorityDays, name);
    writePem(authorityPaths, authority);
  }
  const made: Partial<Record<Name, CertificatePaths>> = {};
  for (const [leaf, subject] of Object.entries(subjects) as [Name, Subject][]) {
    const paths = pathsOf(directory, leaf);
    if (!readValid(paths, renewDays, authority)) writePem(paths, await issue(authority, subject, leafDays));
    made[leaf] = { ...paths, ca: authorityPaths.cert };
  }
  return made as Record<Name, CertificatePaths>;
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
