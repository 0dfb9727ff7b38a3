// Key, certificate and authority of the inner channel, read and checked at boot. Default root certificates are never used.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from './variables.js';

export interface TlsFiles {
  readonly key: Buffer;
  readonly cert: Buffer;
  readonly ca: Buffer;
}

const purposes = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

/**
 * Reads the three PEM files. Throws ConfigError, naming the file, when one cannot be read or parsed, the key does not
 * belong to the certificate, the authority did not sign it, it is not valid now, or it is not for `purpose`.
 */
export function readTlsFiles(
  paths: { key: string; cert: string; ca: string },
  purpose: 'server' | 'client',
  now = new Date(),
): TlsFiles {
  const [key, cert, ca] = [read(paths.key), read(paths.cert), read(paths.ca)];
  const leaf = attempt(paths.cert, 'is not a PEM certificate', () => new X509Certificate(cert));
  const root = attempt(paths.ca, 'is not a PEM certificate', () => new X509Certificate(ca));
  const privateKey = attempt(paths.key, 'is not a PEM private key', () => createPrivateKey(key));
  demand(leaf.checkPrivateKey(privateKey), paths.key, `does not belong to ${paths.cert}`);
  demand(root.ca && leaf.verify(root.publicKey), paths.cert, `is not signed by ${paths.ca}`);
  demand(new Date(leaf.validFrom) <= now, paths.cert, `is not valid before ${leaf.validFrom}`);
  demand(now <= new Date(leaf.validTo), paths.cert, `expired on ${leaf.validTo}`);
  demand(leaf.keyUsage?.includes(purposes[purpose]) === true, paths.cert, `is not for a TLS ${purpose}`);
  return { key, cert, ca };
}

function read(path: string): Buffer {
  return attempt(path, 'cannot be read', () => readFileSync(path));
}

function attempt<T>(path: string, complaint: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new ConfigError(`${path} ${complaint}`, { cause: error });
  }
}

function demand(holds: boolean, path: string, complaint: string): void {
  if (!holds) throw new ConfigError(`${path} ${complaint}`);
}
