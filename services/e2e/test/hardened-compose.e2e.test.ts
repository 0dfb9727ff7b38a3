// docker-compose.yml with deploy/compose/hardened.yml over it, really started: the guard alone has the engine's socket.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
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
const home = mkdtempSync(join(tmpdir(), 'astrogate-hardened-'));
let compose: (...args: string[]) => Promise<Buffer>;
let url: string;

beforeAll(async () => {
  const engine = { cli, isPrivate: false, stop: async () => {} };
  const envFile = await writeComposeFiles(engine, false, home, ['hardened']);
  const command = await composeCommand(false);
  const env = { DOCKER_HOST: dockerHost, ASTROGATE_PORT: '0', ASTROGATE_ANONYMOUS: 'solve' };
  compose = (...args) =>
    runCommand([...command, '--project-name', project, '--env-file', envFile, ...args], { cwd: places.root, env });
  await compose('up', '--detach');
  url = `http://${(await compose('port', 'api', '8080')).toString().trim()}`;
  await eventually('the api is ready', 60_000, () =>
    fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
}, 300_000);

afterAll(async () => {
  await compose?.('down', '--volumes', '--timeout', '20');
  rmSync(home, { recursive: true, force: true });
}, 90_000);

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
  body.set('image', new Blob([new Uint8Array(jpeg)]), 'sky.jpg');
  const answer = (await (await fetch(`${url}/solve`, { method: 'POST', body })).json()) as {
    solved: boolean;
    ra: number;
  };
  expect(answer.solved).toBe(true);
  expect(answer.ra).toBeCloseTo(truth.ra, 1);
}, 120_000);

test('the socket of the engine is in the guard alone, which has no network', async () => {
  const engine = dockerHost.replace('unix://', '');
  const sources = async (service: string) =>
    (await inspect(service)).Mounts.map(({ Source }: { Source: string }) => Source) as string[];
  expect(await sources('guard')).toContain(engine);
  for (const service of ['solver', 'api']) expect(await sources(service)).not.toContain(engine);
  const guard = await inspect('guard');
  expect(guard.HostConfig.NetworkMode).toBe('none');
  expect([guard.Config.User, guard.HostConfig.ReadonlyRootfs, guard.HostConfig.CapDrop]).toEqual([
    '65529:65529',
    true,
    ['ALL'],
  ]);
});

test('the solver can use the socket of the guard, and neither replace it nor ask it for more', async () => {
  const look = `
    const fs = require('fs');
    const path = '/run/docker.sock/guard.sock';
    const { mode, uid, gid } = fs.statSync(path);
    const words = [(mode & 0o777).toString(8), uid, gid];
    try { fs.unlinkSync(path); words.push('removed'); } catch (error) { words.push(error.code); }
    const call = require('http').request({ socketPath: path, method: 'POST', path: '/v1.41/containers/create?name=x',
      headers: { 'Content-Type': 'application/json' } }, (answer) => console.log([...words, answer.statusCode].join(' ')));
    call.end(JSON.stringify({ Image: 'astrogate/sandbox:local', HostConfig: { Privileged: true } }));`;
  expect(await evaluate('solver', look)).toBe('660 65529 65530 EROFS 403');
});
