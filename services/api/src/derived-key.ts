// Keys that are made from the master key: whoever has that has them, and nothing of them is stored anywhere.
import { createPrivateKey, hkdfSync, type KeyObject } from 'node:crypto';

/** 32 bytes, by HKDF (RFC 5869) with SHA-256; others for each purpose. */
export function deriveBytes(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', purpose, 32));
}

/** What stands before the 32 bytes of a private key of Ed25519 in PKCS#8, DER (RFC 8410, section 7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

export function deriveSigningKey(masterKey: Buffer, purpose: string): KeyObject {
  const key = Buffer.concat([pkcs8Head, deriveBytes(masterKey, purpose)]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}
