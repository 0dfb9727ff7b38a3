// What docker-compose.yml and the files of deploy/compose need before they can start: images, certificates, settings.
import { chmodSync, chownSync, cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCertificates } from './certificates/channel-certificates.js';
import type { CertificatePaths } from './certificates/kept-pairs.js';
import { ensureVaultCertificate } from './certificates/vault-certificate.js';
import { composeFiles, envText, type Overlay } from './compose-env.js';
import type { Engine } from './engine/find-engine.js';
import { ensureSandboxImage, ensureServiceImages } from './images/images.js';
import { ensureNginxImage } from './images/nginx-image.js';
import { ensureVaultImage } from './images/vault-image.js';
import { makePrivateDirectory, places } from './places.js';
import { Advice } from './step.js';

/** User ids in deploy/images/*.Dockerfile. */
const users = { api: 65_531, solver: 65_530, vault: 65_528 } as const;

/** What the api is to be in Vault; empty until `npm run compose:vault` has written them. */
export const vaultIdFiles = { roleId: 'vault-role-id', secretId: 'vault-secret-id' } as const;

/** Where compose finds everything; the operator writes settings of his own into it. */
export const envFileIn = (directory: string) => join(directory, 'compose.env');

/** What stands in the env file of `directory`; empty before it was written. */
export function envBefore(directory: string): string {
  const file = envFileIn(directory);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Path of the env file for compose, in `directory`. It names the files, so that compose needs no other argument. */
export async function writeComposeFiles(
  engine: Engine,
  mayInstall: boolean,
  directory: string,
  chosen: readonly Overlay[] = [],
): Promise<string> {
  await ensureSandboxImage(engine, mayInstall);
  await ensureServiceImages(engine, mayInstall);
  const certificates = await ensureCertificates(places.certificates);
  const secrets = makePrivateDirectory(join(directory, 'secrets'));
  giveAuthority(certificates.solver.ca, join(secrets, 'authority.crt'));
  giveSecrets(certificates.api, secrets, users.api);
  giveSecrets(certificates.solver, secrets, users.solver);
  if (chosen.includes('nginx')) await ensureNginxImage(engine, mayInstall);
  if (chosen.includes('vault')) {
    await ensureVaultImage(engine, mayInstall);
    const vault = await ensureVaultCertificate(places.vaultCertificates);
    giveAuthority(vault.ca, join(secrets, 'vault-authority.crt'));
    giveSecrets(vault, secrets, users.vault);
    for (const name of Object.values(vaultIdFiles)) makeEmpty(join(secrets, name), users.api);
  }
  const socket = unixSocketOf(engine.cli.host);
  const before = envBefore(directory);
  const settings = {
    COMPOSE_FILE: composeFiles(chosen, before),
    ASTROGATE_SECRETS: secrets,
    ASTROGATE_DOCKER_SOCKET: socket,
    ASTROGATE_DOCKER_GID: String(statSync(socket).gid),
  };
  const envFile = envFileIn(directory);
  writeFileSync(envFile, envText(before, settings));
  return envFile;
}

function giveAuthority(source: string, copy: string): void {
  rmSync(copy, { force: true });
  cpSync(source, copy);
  chmodSync(copy, 0o444);
}

/**
 * Copies key and certificate for the user that the container runs as. Compose mounts them as they are; without root
 * the owner cannot be changed, so then only the 0700 directory around them keeps other accounts out.
 */
function giveSecrets(paths: CertificatePaths, directory: string, uid: number): void {
  for (const source of [paths.key, paths.cert]) {
    const copy = join(directory, source.split('/').at(-1) as string);
    rmSync(copy, { force: true });
    cpSync(source, copy);
    chmodSync(copy, places.isRoot ? 0o400 : 0o444);
    if (places.isRoot) chownSync(copy, uid, uid);
  }
}

/** Written in place later: a file that takes another's place is not seen in a container that has the first one mounted. */
function makeEmpty(path: string, uid: number): void {
  if (existsSync(path)) return;
  writeFileSync(path, '', { mode: 0o600 });
  // Whatever the umask is.
  chmodSync(path, places.isRoot ? 0o600 : 0o644);
  if (places.isRoot) chownSync(path, uid, uid);
}

function unixSocketOf(host: string): string {
  if (!host.startsWith('unix://'))
    throw new Advice(`docker-compose.yml gives the solver a Unix socket, but the engine is at ${host}`);
  return host.slice('unix://'.length);
}
