// Names of jobs and requests.
import { randomBytes } from 'node:crypto';

/** 128 random bits in hex: unguessable, fit for logs, headers, URLs and gRPC metadata. */
export function newId(): string {
  return randomBytes(16).toString('hex');
}
