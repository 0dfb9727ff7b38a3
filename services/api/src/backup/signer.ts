// Ed25519 keys that sign archives, and the names by which an archive says whose signature it bears. Pure.
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

export const keyIdBytes = 32;
export const signatureBytes = 64;
/** So that the signature cannot be taken for one of anything else. */
const purpose = Buffer.from('astrogate backup, signature 1\0');

export interface Signer {
  readonly keyId: Buffer;
  sign(digest: Buffer): Buffer;
}

/** By the hex of their key ids. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>;

/** SHA-256 of the public key as SPKI. */
export function keyIdOf(key: KeyObject): Buffer {
  const spki = (key.type === 'public' ? key : createPublicKey(key)).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest();
}

export function signerOf(privateKey: KeyObject): Signer {
  return { keyId: keyIdOf(privateKey), sign: (digest) => sign(null, Buffer.concat([purpose, digest]), privateKey) };
}

export function trust(...keys: readonly KeyObject[]): TrustedKeys {
  return new Map(keys.map((key) => [keyIdOf(key).toString('hex'), key.type === 'public' ? key : createPublicKey(key)]));
}

export function isSigned(digest: Buffer, signature: Buffer, key: KeyObject): boolean {
  return verify(null, Buffer.concat([purpose, digest]), key, signature);
}
