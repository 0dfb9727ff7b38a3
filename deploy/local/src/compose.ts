// `npm run compose:prepare`: what docker-compose.yml needs before it can start: images, certificates, two settings.
import { chmodSync, chownSync, cpSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CertificatePaths, ensureCertificates } from './certificates/channel-certificates.js';
import { dockerHostFromEnvironment } from './config.js';
import { type Engine, findEngine } from './engine/find-engine.js';
import { ensureSandboxImage, ensureServiceImages } from './images/images.js';
import { makePrivateDirectory, places } from './places.js';
import { Advice, say } from './step.js';

const usage = `Usage: npm run compose:prepare -- [--no-install]
Builds the images, makes the certificates of the inner channel and writes .astrogate/compose/compose.env.`;

/** User ids in deploy/images/*.Dockerfile. */
const users = { api: 65_531, solver: 65_530 } as const;

export async function prepareCompose(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    console.log(usage);
    return;
  }
  try {
    const mayInstall = !args.includes('--no-install');
    const engine = await findEngine(dockerHostFromEnvironment(), mayInstall);
    try {
      const envFile = await writeComposeFiles(engine, mayInstall, join(places.state, 'compose'));
      if (engine.isPrivate)
        say('  the engine is a private one that ends with this command; compose needs one that stays');
      console.log(`prepared; now: docker compose --env-file ${envFile} up`);
    } finally {
      await engine.stop();
    }
  } catch (error) {
    say(`astrogate: ${error instanceof Advice ? error.message : (error as Error).stack}`);
    process.exitCode = 1;
  }
}

/** Path of the env file for compose, in `directory`. */
export async function writeComposeFiles(engine: Engine, mayInstall: boolean, directory: string): Promise<string> {
  await ensureSandboxImage(engine, mayInstall);
  await ensureServiceImages(engine, mayInstall);
  const certificates = await ensureCertificates(places.certificates);
  const secrets = makePrivateDirectory(join(directory, 'secrets'));
  cpSync(certificates.solver.ca, join(secrets, 'authority.crt'));
  chmodSync(join(secrets, 'authority.crt'), 0o444);
  giveSecrets(certificates.api, secrets, users.api);
  giveSecrets(certificates.solver, secrets, users.solver);
  const socket = unixSocketOf(engine.cli.host);
  const settings = [
    `ASTROGATE_SECRETS=${secrets}`,
    `ASTROGATE_DOCKER_SOCKET=${socket}`,
    `ASTROGATE_DOCKER_GID=${statSync(socket).gid}`,
  ];
  const envFile = join(directory, 'compose.env');
  writeFileSync(envFile, `${settings.join('\n')}\n`);
  return envFile;
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

function unixSocketOf(host: string): string {
  if (!host.startsWith('unix://'))
    throw new Advice(`docker-compose.yml gives the solver a Unix socket, but the engine is at ${host}`);
  return host.slice('unix://'.length);
}
