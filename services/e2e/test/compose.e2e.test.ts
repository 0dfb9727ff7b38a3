// docker-compose.yml with the api's own port, really started: api and solver in containers of their own, on separate
// networks.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeCommand, DockerCli, places, runCommand, writeComposeFiles } from '@astrogate/local';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { sampleSkyJpeg } from '../src/skies.js';
import { eventually } from '../src/test-stack.js';

const { dockerHost, sandboxImage } = testEnvironment();
const cli = new DockerCli(dockerHost);
const project = `astrogate-test-${randomBytes(3).toString('hex')}`;
const home = mkdtempSync(join(tmpdir(), 'astrogate-compose-'));
let compose: (...args: string[]) => Promise<Buffer>;
let url: string;

beforeAll(async () => {
  const envFile = await writeComposeFiles({ cli, isPrivate: false, stop: async () => {} }, false, home);
  const command = await composeCommand(false);
  const port = await freePort();
  const env = { DOCKER_HOST: dockerHost, ASTROGATE_PORT: String(port), ASTROGATE_ANONYMOUS: 'solve' };
  compose = (...args) =>
    runCommand([...command, '--project-name', project, '--env-file', envFile, ...args], { cwd: places.root, env });
  url = `http://127.0.0.1:${port}`;
  await compose('up', '--detach');
  await eventually('the api is ready', 60_000, () =>
    fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
}, 300_000);

afterAll(async () => {
  await compose?.('down', '--volumes', '--timeout', '5');
  rmSync(home, { recursive: true, force: true });
}, 60_000);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

const inspect = async (service: string) => {
  const id = (await compose('ps', '--quiet', service)).toString().trim();
  return JSON.parse((await cli.run(['inspect', id])).toString())[0];
};

/** Runs a script in a container with the Node.js that is there. */
const evaluate = async (service: string, script: string) =>
  (await compose('exec', '-T', service, '/usr/local/bin/node', '-e', script)).toString().trim();

test('a picture is solved through it', async () => {
  const { jpeg, truth } = await sampleSkyJpeg(cli, sandboxImage);
  const body = new FormData();
  body.set('image', new Blob([jpeg]), 'sky.jpg');
  const answer = (await (await fetch(`${url}/solve`, { method: 'POST', body })).json()) as {
    solved: boolean;
    ra: number;
    dec: number;
  };
  expect(answer.solved).toBe(true);
  expect(answer.ra).toBeCloseTo(truth.ra, 1);
  expect(answer.dec).toBeCloseTo(truth.dec, 1);
}, 120_000);

test('the api has no socket, no way to the engine, and no privilege', async () => {
  const api = await inspect('api');
  expect(api.Mounts.map((mount: { Destination: string }) => mount.Destination).sort()).toEqual([
    '/backups',
    '/run/secrets/api_cert',
    '/run/secrets/api_key',
    '/run/secrets/channel_ca',
    '/spool',
    '/state',
  ]);
  const look = `const fs=require('fs');console.log(['/var/run/docker.sock','/run/docker.sock'].map((f)=>fs.existsSync(f)).join(), process.getuid(), /CapEff:\\t(\\w+)/.exec(fs.readFileSync('/proc/self/status','utf8'))[1])`;
  expect(await evaluate('api', look)).toBe('false,false 65531 0000000000000000');
});

test('the solver publishes nothing, and hears only who is on its network', async () => {
  const solver = await inspect('solver');
  expect(Object.values(solver.NetworkSettings.Ports ?? {}).filter(Boolean)).toEqual([]);
  expect(Object.keys(solver.NetworkSettings.Networks)).toEqual([`${project}_rpc`]);
  expect(await evaluate('solver', 'console.log(process.getuid())')).toBe('65530');
});
