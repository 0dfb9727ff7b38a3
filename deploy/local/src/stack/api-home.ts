// The directory that the api process lives in: program and certificates that it can read, a spool and a state directory
// that it can write, and nothing else of the clone.
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CertificatePaths } from '../certificates/kept-pairs.js';
import { writeApiBundle } from '../images/images.js';
import { places } from '../places.js';
import { makeReadable } from '../readable.js';

/** Who the api runs as when root starts it: no account, no group, no file of anyone else. */
const unprivilegedId = 65_531;

export interface ApiHome {
  node: string;
  program: string;
  spool: string;
  state: string;
  tls: CertificatePaths;
  /** Absent when we are not root and the api runs as whoever started it. */
  user?: { uid: number; gid: number };
}

/** Fills the directory `home`; what is there already and unchanged stays. */
export async function prepareApiHome(home: string, certificates: CertificatePaths): Promise<ApiHome> {
  // Others may pass through, but not list, the parent.
  mkdirSync(dirname(home), { recursive: true, mode: 0o711 });
  mkdirSync(home, { recursive: true, mode: 0o755 });
  if (places.isRoot) {
    chmodSync(dirname(home), 0o711);
    chmodSync(home, 0o755);
  }
  const { program, others } = await writeApiBundle(home);
  const node = join(home, 'node');
  if (!existsSync(node) || statSync(node).size !== statSync(process.execPath).size) cpSync(process.execPath, node);
  for (const part of [program, node, ...others]) makeReadable(part);
  const spool = ownDirectory(join(home, 'spool'));
  const state = ownDirectory(join(home, 'state'));
  const tlsHome = ownDirectory(join(home, 'tls'));
  const tls = {
    key: ownCopy(certificates.key, tlsHome),
    cert: ownCopy(certificates.cert, tlsHome),
    ca: ownCopy(certificates.ca, tlsHome),
  };
  return {
    node,
    program,
    spool,
    state,
    tls,
    ...(places.isRoot ? { user: { uid: unprivilegedId, gid: unprivilegedId } } : {}),
  };
}

function ownDirectory(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  give(path);
  return path;
}

function ownCopy(source: string, directory: string): string {
  const copy = join(directory, source.split('/').at(-1) as string);
  rmSync(copy, { force: true });
  cpSync(source, copy);
  chmodSync(copy, 0o600);
  give(copy);
  return copy;
}

function give(path: string): void {
  if (places.isRoot) chownSync(path, unprivilegedId, unprivilegedId);
}
