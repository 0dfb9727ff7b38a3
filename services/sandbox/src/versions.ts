// What takes part in a job, with versions. Read once at start, never by running a program.
import { readFileSync } from 'node:fs';
import type { SandboxReady } from '@astrogate/proto/sandbox';
import type { Box } from './box.js';

/** Version of this program; a test holds it equal to package.json, which the bundle does not carry. */
export const sandboxVersion = '0.1.0';

export type Versions = SandboxReady['versions'];

export function readVersions(box: Box): Versions {
  return { sandbox: sandboxVersion, astrometry: astrometryVersion(box), node: process.versions.node };
}

function astrometryVersion(box: Box): string {
  try {
    return readFileSync(box.astrometryVersionFile, 'utf8').trim().slice(0, 40) || 'unknown';
  } catch {
    return 'unknown';
  }
}
