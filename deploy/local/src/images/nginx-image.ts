// The image of the TLS front.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine/find-engine.js';
import { places } from '../places.js';
import { ensureBaseImage } from './base-image.js';
import { emptyContext, ensureImage, version } from './image.js';

export async function ensureNginxImage(engine: Engine, mayInstall: boolean): Promise<string> {
  const base = await ensureBaseImage(engine, mayInstall);
  const context = emptyContext('nginx');
  for (const name of ['nginx.conf', 'start.sh'])
    copyFileSync(join(places.root, 'deploy/nginx', name), join(context, name));
  return ensureImage(engine, base, { name: 'nginx', context }, version);
}
