// `npm run compose:vault`: makes the empty Vault of the compose deployment ready. Its keys go to whoever runs this, and
// nowhere else; what the api needs goes into the files that compose mounts.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeCommand } from '../compose-command.js';
import { envFileIn, vaultIdFiles } from '../compose-files.js';
import { places } from '../places.js';
import { runCommand } from '../run-command.js';
import { Advice, say } from '../step.js';

const usage = `Usage: npm run compose:vault
Initialises the Vault of the compose deployment, which must run and be empty, and prints its unseal keys and root token, once.`;

export interface VaultKeys {
  readonly unsealKeys: readonly string[];
  readonly rootToken: string;
}

/** A compose command with all its files, without what is to be done. */
type Compose = (args: readonly string[], onLine?: (line: string) => void) => Promise<Buffer>;

/**
 * The api's ids are in `secrets` afterwards. `onKey` hears each key as soon as Vault has it, since it is lost otherwise when
 * anything fails later. Throws what the container says, such as that it was initialised before.
 */
export async function initialiseVault(
  compose: Compose,
  secrets: string,
  onKey: (line: string) => void = () => {},
): Promise<VaultKeys> {
  const hear = (line: string) => {
    if (/^(?:unseal_key|root_token): /.test(line)) onKey(line.replace('_', ' '));
  };
  const said = (await compose(['exec', '-T', 'vault', '/bin/sh', '/vault/first-time.sh'], hear)).toString();
  const all = (name: string) => [...said.matchAll(new RegExp(`^${name}: (.+)$`, 'gm'))].map(([, value = '']) => value);
  const one = (name: string) => {
    const [value] = all(name);
    if (value === undefined) throw new Error(`Vault was made ready without ${name}`);
    return value;
  };
  writeFileSync(join(secrets, vaultIdFiles.roleId), `${one('role_id')}\n`);
  writeFileSync(join(secrets, vaultIdFiles.secretId), `${one('secret_id')}\n`);
  return { unsealKeys: all('unseal_key'), rootToken: one('root_token') };
}

export async function composeVault(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    console.log(usage);
    return;
  }
  try {
    const envFile = envFileIn(join(places.state, 'compose'));
    if (!existsSync(envFile)) throw new Advice('run npm run compose:prepare -- --vault first');
    const secrets = /^ASTROGATE_SECRETS=(.+)$/m.exec(readFileSync(envFile, 'utf8'))?.[1] ?? '';
    const command = await composeCommand(false);
    const compose: Compose = (rest, onLine) =>
      runCommand([...command, '--env-file', envFile, ...rest], { cwd: places.root, ...(onLine && { onLine }) });
    await initialiseVault(compose, secrets, (line) => console.log(line));
    say(
      'Keep the keys apart from each other and from backups: nobody can give them again, and every start asks for them.',
    );
    say('Keep the root token as well, or revoke it. Now start the rest: docker compose up');
  } catch (error) {
    say(`astrogate: ${error instanceof Advice ? error.message : (error as Error).stack}`);
    if (!(error instanceof Advice)) say('How to start over with an empty Vault: docs/compose.md.');
    process.exitCode = 1;
  }
}
