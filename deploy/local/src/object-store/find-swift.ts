// OpenStack Swift of this machine: an object store that speaks the S3 API, as a Python package of Debian.
import { existsSync } from 'node:fs';
import { install } from '../engine/install.js';
import { Advice } from '../step.js';

/** Debian's own interpreter, which alone finds Debian's packages. */
export const python = '/usr/bin/python3';
const proxyServer = '/usr/lib/python3/dist-packages/swift/proxy/server.py';

export function hasSwift(): boolean {
  return existsSync(proxyServer);
}

/** Installs it from Debian where that is allowed; no daemon comes with it. Throws Advice where it is missing and stays so. */
export async function ensureSwift(mayInstall: boolean): Promise<void> {
  if (hasSwift()) return;
  await install('OpenStack Swift', 'python3-swift', mayInstall);
  if (!hasSwift()) throw new Advice(`there is no ${proxyServer}`);
}
