// Where a development run keeps things. Everything that may be thrown away with the clone is below `.astrogate/`.
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = realpathSync(fileURLToPath(new URL('../../..', import.meta.url)));
/** Tells several clones on one machine apart. */
const cloneId = createHash('sha256').update(root).digest('hex').slice(0, 8);
const isRoot = process.getuid?.() === 0;
const state = join(root, '.astrogate');

export const places = {
  root,
  cloneId,
  isRoot,
  state,
  /** Sockets must have short paths (108 bytes), so they are not below the clone. */
  run: isRoot ? `/run/astrogate-${cloneId}` : join(state, 'run'),
  /** The api's bundle and spool: an unprivileged user must reach them even when the clone lies in a 0700 directory. */
  api: isRoot ? `/var/lib/astrogate-${cloneId}/api` : join(state, 'api'),
  solver: join(state, 'solver'),
  engine: join(state, 'engine'),
  images: join(state, 'images'),
  certificates: join(state, 'certificates'),
  vaultCertificates: join(state, 'vault-certificates'),
  logs: join(state, 'logs'),
} as const;

/** Makes `path` and its parents; only its owner may enter what is made. */
export function makePrivateDirectory(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
