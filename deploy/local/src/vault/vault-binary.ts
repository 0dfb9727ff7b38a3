// The Vault of this clone: a binary in .astrogate/vault, built from its published Go modules when it is not there.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { places } from '../places.js';
import { hasProgram, runCommand } from '../run-command.js';
import { Advice, say, step } from '../step.js';

export const vaultBinary = join(places.state, 'vault', 'vault');

/** Path of the binary. Throws Advice where it can neither be found nor built. */
export async function ensureVaultBinary(): Promise<string> {
  if (existsSync(vaultBinary)) return vaultBinary;
  if (!(await hasProgram('go'))) {
    throw new Advice(
      `there is no Vault: install Go 1.25.7 or newer (https://go.dev/dl) and start again, or put a \`vault\` of your own, ` +
        `or a \`bao\` of OpenBao, at ${vaultBinary}`,
    );
  }
  say(
    '  will build HashiCorp Vault (Business Source License 1.1) from its Go modules: some 7.5 GB of modules and cache',
  );
  const script = join(places.root, 'deploy/vault/build/build.sh');
  const env = { JOBS: String(availableParallelism()), OUT: vaultBinary };
  await step('Build Vault; the first time this takes a quarter of an hour', () => runCommand([script], { env }));
  return vaultBinary;
}
