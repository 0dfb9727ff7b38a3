// A checkpoint: how far the audit log had come and the hash of its last row, signed with Ed25519 and kept elsewhere, in
// the service's own log. Without one, a cut-off end cannot be seen. Pure.
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

export interface AuditCheckpoint extends AuditHead {
  /** ISO 8601. */
  readonly at: string;
  /** Ed25519, 32 bytes in base64url. */
  readonly publicKey: string;
  /** Ed25519 over `signedText`, base64url. */
  readonly signature: string;
}

function signedText({ seq, hash, at }: AuditHead & { at: string }): Buffer {
  return Buffer.from(`astrogate.audit.checkpoint.v1\n${seq}\n${hash}\n${at}\n`);
}

/** `key`: a private key of Ed25519. */
export function signCheckpoint({ seq, hash }: AuditHead, at: Date, key: KeyObject): AuditCheckpoint {
  const head = { seq, hash, at: at.toISOString() };
  const signature = sign(null, signedText(head), key).toString('base64url');
  return { ...head, publicKey: publicKeyText(key), signature };
}

/** The 32 bytes of the public key that belongs to `key`, in base64url. */
export function publicKeyText(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ format: 'jwk' }).x as string;
}

/** Whether the key that it names has signed it. Whose key that is, the caller must know. */
export function isSigned(checkpoint: AuditCheckpoint): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: checkpoint.publicKey }, format: 'jwk' });
    return verify(null, signedText(checkpoint), key, Buffer.from(checkpoint.signature, 'base64url'));
  } catch {
    return false;
  }
}

/** The checkpoint in a line of the service's log, also one with something in front of its JSON; undefined: none. */
export function checkpointOfLine(line: string): AuditCheckpoint | undefined {
  if (!line.includes('"auditCheckpoint"')) return undefined;
  try {
    const { auditCheckpoint: found } = JSON.parse(line.slice(line.indexOf('{')));
    return isCheckpoint(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isCheckpoint(value: unknown): value is AuditCheckpoint {
  const { seq, hash, at, publicKey, signature } = (value ?? {}) as Record<string, unknown>;
  return Number.isSafeInteger(seq) && [hash, at, publicKey, signature].every((part) => typeof part === 'string');
}
