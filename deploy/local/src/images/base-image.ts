// The base of all images: Debian, pulled where a registry answers, else made from a Debian mirror.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine/find-engine.js';
import { ensureProgram } from '../engine/install.js';
import { makePrivateDirectory, places } from '../places.js';
import { runCommand } from '../run-command.js';
import { step } from '../step.js';

const suite = 'bookworm';
const localName = `astrogate/base:${suite}`;
const publicName = `debian:${suite}-slim`;
const pullMs = 120_000;

/** Name of a base image that is on the engine now; made when it was not there. */
export async function ensureBaseImage(engine: Engine, mayInstall: boolean): Promise<string> {
  if (await engine.cli.imageId(localName)) return localName;
  if (!engine.isPrivate && (await pull(engine))) return publicName;
  await ensureProgram('mmdebstrap', 'mmdebstrap', mayInstall);
  const archive = join(makePrivateDirectory(places.images), 'base.tar');
  try {
    await step('Make the base image from a Debian mirror', () =>
      runCommand(['mmdebstrap', '--quiet', '--variant=minbase', '--include=ca-certificates', suite, archive]),
    );
    await step('Load the base image', () => engine.cli.run(['import', archive, localName]));
  } finally {
    rmSync(archive, { force: true });
  }
  return localName;
}

async function pull(engine: Engine): Promise<boolean> {
  if (await engine.cli.imageId(publicName)) return true;
  const signal = AbortSignal.timeout(pullMs);
  return step(`Pull ${publicName}`, () => engine.cli.run(['pull', '--quiet', publicName], { signal })).then(
    () => true,
    () => false,
  );
}
