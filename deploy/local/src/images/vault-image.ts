// The image of Vault, from the binary that is built here; nothing of Vault is in the repository.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine/find-engine.js';
import { places } from '../places.js';
import { ensureVaultBinary } from '../vault/vault-binary.js';
import { ensureBaseImage } from './base-image.js';
import { emptyContext, ensureImage, version } from './image.js';

const files = ['config.hcl', 'astrogate.hcl', 'first-time.sh'];

export async function ensureVaultImage(engine: Engine, mayInstall: boolean): Promise<string> {
  const binary = await ensureVaultBinary();
  const base = await ensureBaseImage(engine, mayInstall);
  const context = emptyContext('vault');
  copyFileSync(binary, join(context, 'vault'));
  for (const name of files) copyFileSync(join(places.root, 'deploy/vault', name), join(context, name));
  return ensureImage(engine, base, { name: 'vault', context }, version);
}
