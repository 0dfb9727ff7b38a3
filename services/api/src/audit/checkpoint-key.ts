// The Ed25519 key that signs checkpoints: from a file of its own, or made from the master key. Neither is in the database,
// so whoever owns that cannot sign.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from '@astrogate/common';
import { deriveSigningKey } from '../derived-key.js';

/** `file`: PKCS#8 in PEM, as `openssl genpkey -algorithm ed25519` writes it. Throws ConfigError. */
export function readAuditKey(file: string): KeyObject {
  const key = readKey(file);
  if (key.asymmetricKeyType !== 'ed25519') throw new ConfigError('API_AUDIT_KEY_FILE holds no Ed25519 key');
  return key;
}

function readKey(file: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`API_AUDIT_KEY_FILE cannot be used (${code})`, { cause: error });
  }
}

/** The same for all apis with this master key. */
export function derivedAuditKey(masterKey: Buffer): KeyObject {
  return deriveSigningKey(masterKey, 'astrogate.audit.checkpoint.v1');
}
