// The Ed25519 key that signs checkpoints: from a file of its own, or made from the master key. Neither is in the database,
// so whoever owns that cannot sign.
import { createPrivateKey, hkdfSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from '@astrogate/common';

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

/** What stands before the 32 bytes of a private key of Ed25519 in PKCS#8, DER (RFC 8410, section 7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The same for all apis with this master key. */
export function derivedAuditKey(masterKey: Buffer): KeyObject {
  const seed = Buffer.from(hkdfSync('sha256', masterKey, '', 'astrogate.audit.checkpoint.v1', 32));
  return createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' });
}
