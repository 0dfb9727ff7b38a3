// Secrets that we make ourselves: refresh tokens, API keys, recovery codes. They are random enough that a plain hash of
// them tells nothing, so that the database need not hold them.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, 43 characters of [A-Za-z0-9_-]. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256, 64 hex digits. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether `secret` has this hash, in a time that does not tell how much of it fits. */
export function hasHash(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(secret), 'hex'), Buffer.from(hash.padEnd(64, '0').slice(0, 64), 'hex'));
}
