// The compose deployment with some of its overlays, really started, under a project of its own.
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  composeCommand,
  DockerCli,
  freePort,
  initialiseVault,
  linkEnv,
  type Overlay,
  places,
  runCommand,
  type VaultKeys,
  writeComposeFiles,
} from '@astrogate/local';
import { testEnvironment } from '../config.js';

export interface Deployment extends AsyncDisposable {
  readonly cli: DockerCli;
  /** Before the name of each of its networks and volumes. */
  readonly project: string;
  /** Where callers reach it. */
  readonly url: string;
  /** Undefined without Vault. */
  readonly vaultKeys: VaultKeys | undefined;
  compose(...args: string[]): Promise<Buffer>;
  /** A whole command, as an operator types it in the directory of the deployment. */
  type(command: string): Promise<Buffer>;
  /** What the engine says of the container of a service. */
  inspect(service: string): Promise<Inspected>;
  /** Standard output of a shell script in a container; nothing of it stands in an argument. */
  shell(service: string, script: string): Promise<string>;
  logs(service: string): Promise<string>;
}

/** What tests look at. */
export interface Inspected {
  readonly Id: string;
  readonly State: { readonly StartedAt: string; readonly Running: boolean };
  readonly Config: { readonly User: string; readonly Healthcheck?: { readonly Test: readonly string[] } };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: string[];
    readonly CapAdd: string[] | null;
  };
  readonly Mounts: readonly { readonly Destination: string; readonly RW: boolean; readonly Name?: string }[];
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { readonly HostIp: string }[] | null>>;
    readonly Networks: Readonly<Record<string, unknown>>;
  };
}

/** Vault is initialised and open; everything that has a health check is healthy. */
export async function startDeployment(overlays: readonly Overlay[]): Promise<Deployment> {
  const { dockerHost } = testEnvironment();
  const cli = new DockerCli(dockerHost);
  const project = `astrogate-test-${randomBytes(3).toString('hex')}`;
  const home = mkdtempSync(join(tmpdir(), 'astrogate-deployment-'));
  const port = await freePort();
  const hasNginx = overlays.includes('nginx');
  const env = {
    DOCKER_HOST: dockerHost,
    ASTROGATE_NAME: project,
    ASTROGATE_ANONYMOUS: 'solve',
    [hasNginx ? 'ASTROGATE_HTTPS_PORT' : 'ASTROGATE_PORT']: String(port),
    ASTROGATE_PROXY_NETWORK: `10.213.${randomInt(256)}.${8 * randomInt(32)}/29`,
  };
  const envFile = await writeComposeFiles({ cli, isPrivate: false, stop: async () => {} }, false, home, overlays);
  const program = await composeCommand(false);
  const command = [...program, '--project-name', project, '--env-file', envFile];
  const run = (args: readonly string[], stdin?: string) =>
    runCommand([...command, ...args], { cwd: places.root, env, ...(stdin !== undefined && { stdin }) });
  const compose = (...args: string[]) => run(args);
  const end = async () => {
    await compose('down', '--volumes', '--timeout', '5');
    rmSync(home, { recursive: true, force: true });
  };
  let vaultKeys: VaultKeys | undefined;
  try {
    if (overlays.includes('vault')) {
      await compose('up', '--detach', 'vault');
      vaultKeys = await initialiseVault((args) => run(args), join(home, 'secrets'));
    }
    await compose('up', '--detach');
  } catch (error) {
    await end();
    throw error;
  }
  return {
    ...{ cli, project, compose, vaultKeys },
    async type(typed) {
      if (!typed.startsWith('docker compose ') || !linkEnv(home, envFile)) throw new Error(`not to be typed: ${typed}`);
      // The clone's directory has the project's name otherwise.
      const options = { cwd: home, env: { DOCKER_HOST: dockerHost, COMPOSE_PROJECT_NAME: project } };
      return await runCommand([...program, ...typed.split(' ').slice(2)], options);
    },
    url: `${hasNginx ? 'https' : 'http'}://localhost:${port}`,
    async inspect(service) {
      const id = (await compose('ps', '--quiet', service)).toString().trim();
      return JSON.parse((await cli.run(['inspect', id])).toString())[0];
    },
    shell: async (service, script) => (await run(['exec', '-T', service, '/bin/sh', '-s'], script)).toString().trim(),
    logs: async (service) => (await compose('logs', '--no-color', service)).toString(),
    [Symbol.asyncDispose]: end,
  };
}
