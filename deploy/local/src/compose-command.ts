// Which compose this machine has.
import { ensureProgram } from './engine/install.js';
import { runCommand } from './run-command.js';

/** `docker compose` where the plugin is there, else `docker-compose`, installed from Debian where allowed. */
export async function composeCommand(mayInstall: boolean): Promise<readonly string[]> {
  const plugin = ['docker', 'compose'] as const;
  const hasPlugin = await runCommand([...plugin, 'version']).then(
    () => true,
    () => false,
  );
  if (hasPlugin) return plugin;
  await ensureProgram('docker-compose', 'docker-compose', mayInstall);
  return ['docker-compose'];
}
