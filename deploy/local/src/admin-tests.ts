// What `npm run test:admin` runs, and what it needs beside what `npm test` has: a Vault, and images of it and of nginx.
import type { Engine } from './engine/find-engine.js';
import { ensureServiceImages } from './images/images.js';
import { ensureNginxImage } from './images/nginx-image.js';
import { ensureVaultImage } from './images/vault-image.js';
import { Advice, say } from './step.js';
import { ensureVaultBinary } from './vault/vault-binary.js';

/** Everything about admin jobs, whole deployments and the tables of kills in full among it. */
const tests =
  '(test/admin/|/src/(system|backup|vault)/|(admin-jobs|backup|backup-store|certificate-job|certificate-kill|plans-kill' +
  '|reset|reset-kill|reset-and-certificate-http|restore-vault|system-jobs|system-kill)\\.(database|storage)\\.test)';

/** Options of jest. Whoever names tests gets those alone. */
export function adminTestArgs(given: readonly string[]): string[] {
  const isNamed = given.some((arg) => arg.startsWith('--testPathPattern'));
  return [...given, ...(isNamed ? [] : ['--testPathPatterns', tests]), '--selectProjects', 'admin', 'database', 'unit'];
}

/** Builds what is missing. Without a Vault, tests that need one are skipped, and counted as skipped. */
export async function prepareAdminTests(engine: Engine, mayInstall: boolean): Promise<NodeJS.ProcessEnv> {
  await ensureServiceImages(engine, mayInstall);
  await ensureNginxImage(engine, mayInstall);
  const vault = await ensureVault(engine, mayInstall);
  return { ASTROGATE_KILL_TABLE: 'full', ASTROGATE_TEST_VAULT: vault };
}

async function ensureVault(engine: Engine, mayInstall: boolean): Promise<string> {
  try {
    const binary = await ensureVaultBinary();
    await ensureVaultImage(engine, mayInstall);
    return binary;
  } catch (error) {
    const why = error instanceof Advice ? error.message : (error as Error).message;
    say(`  tests with a real Vault are skipped: ${why}`);
    return '';
  }
}
