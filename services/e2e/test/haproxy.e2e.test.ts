// deploy/haproxy/haproxy.cfg, really run: the solver works through it, what it does not need is refused, and what such a
// filter cannot stop is shown, so that nobody takes it for more than it is.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DockerCli, inheritedEnvironment, places } from '@astrogate/local';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { sampleSkyJpeg } from '../src/skies.js';
import { eventually, startTestStack, type TestStack } from '../src/test-stack.js';

const { dockerHost, sandboxImage } = testEnvironment();
const cli = new DockerCli(dockerHost);
const isInstalled = spawnSync('haproxy', ['-v']).error === undefined;
/** Skipped where HAProxy is not installed and could not be; the name says so in the list of what was skipped. */
function testWithProxy(name: string, act: () => Promise<void>, timeoutMs?: number): void {
  if (isInstalled) test(name, act, timeoutMs);
  else test.skip(`${name} (haproxy is not installed)`, act);
}
const home = mkdtempSync(join(tmpdir(), 'astrogate-haproxy-'));
const socketPath = join(home, 'sock');
let proxy: ChildProcess | undefined;
let stack: TestStack | undefined;

beforeAll(async () => {
  if (!isInstalled) return;
  chmodSync(home, 0o711);
  proxy = spawn('haproxy', ['-db', '-f', join(places.root, 'deploy/haproxy/haproxy.cfg')], {
    env: { ...inheritedEnvironment(), ENGINE_SOCKET: dockerHost.replace('unix://', ''), PROXY_SOCKET: socketPath },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await eventually('the proxy answers', 20_000, () =>
    ask('GET', '/version').then(
      ({ status }) => status === 200,
      () => false,
    ),
  );
  stack = await startTestStack({ dockerHost: `unix://${socketPath}` });
}, 120_000);

afterAll(async () => {
  await stack?.end();
  if (proxy) {
    const ended = new Promise((resolve) => proxy?.once('exit', resolve));
    proxy.kill('SIGTERM');
    await ended;
  }
  rmSync(home, { recursive: true, force: true });
}, 60_000);

function ask(method: string, path: string, body?: object): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json' };
    const call = request({ socketPath, method, path, agent: false, headers }, (response) => {
      text(response).then((all) => resolve({ status: response.statusCode ?? 0, body: all }), reject);
    });
    call.on('error', reject);
    call.end(body && JSON.stringify(body));
  });
}

testWithProxy(
  'a picture is solved through it',
  async () => {
    const { jpeg, truth } = await sampleSkyJpeg(cli, sandboxImage);
    const form = new FormData();
    form.set('image', new Blob([new Uint8Array(jpeg)]), 'sky.jpg');
    const response = await fetch(`${stack?.url}/solve`, { method: 'POST', body: form });
    const answer = (await response.json()) as { solved: boolean; ra: number; dec: number };
    expect(answer.solved).toBe(true);
    expect(answer.ra).toBeCloseTo(truth.ra, 1);
  },
  120_000,
);

const id = 'a'.repeat(64);
const calls: [string, string][] = [
  ['POST', `/v1.41/containers/${id}/exec`],
  ['PUT', `/v1.41/containers/${id}/archive?path=/`],
  ['GET', `/v1.41/containers/${id}/archive?path=/`],
  ['GET', `/v1.41/containers/${id}/export`],
  ['GET', `/v1.41/containers/${id}/logs?stdout=1`],
  ['POST', `/v1.41/containers/${id}/update`],
  ['POST', `/v1.41/containers/${id}/stop`],
  ['POST', '/v1.41/containers/prune'],
  ['POST', '/v1.41/images/create?fromImage=debian'],
  ['POST', '/v1.41/build'],
  ['POST', '/v1.41/volumes/create'],
  ['POST', '/v1.41/commit'],
  ['GET', '/v1.41/secrets'],
  ['GET', '/v1.41/images/json'],
  ['POST', `/v1.41//containers/${id}/start`],
  ['POST', `/v1.41/images/../containers/${id}/start`],
  ['POST', `/v1.41/containers/${id}/st%61rt`],
  ['POST', `/containers/${id}/start`],
  ['DELETE', '/v1.41/containers/vault'],
];

for (const [method, path] of calls)
  testWithProxy(`refused: ${method} ${path}`, async () => {
    expect((await ask(method, path)).status).toBe(403);
  });

testWithProxy(
  'what it does not stop: a privileged container with the disk of the host in it',
  async () => {
    const name = `astrogate-test-haproxy-${randomBytes(6).toString('hex')}`;
    const body = { Image: sandboxImage, HostConfig: { Privileged: true, Binds: ['/:/host'], PidMode: 'host' } };
    try {
      // Made, never started.
      expect((await ask('POST', `/v1.41/containers/create?name=${name}`, body)).status).toBe(201);
      const [found] = JSON.parse((await cli.run(['inspect', name])).toString());
      expect([found.HostConfig.Privileged, found.HostConfig.Binds]).toEqual([true, ['/:/host']]);
    } finally {
      await cli.run(['rm', '--force', name]);
    }
  },
  30_000,
);

testWithProxy(
  'nor a new volume, which a create body only has to name',
  async () => {
    const name = `astrogate-test-haproxy-${randomBytes(6).toString('hex')}`;
    const body = { Image: sandboxImage, HostConfig: { Binds: [`${name}:/x`] } };
    const volumes = async () =>
      (await cli.run(['volume', 'ls', '--quiet', '--filter', `name=${name}`])).toString().trim();
    try {
      expect(await volumes()).toBe('');
      expect((await ask('POST', `/v1.41/containers/create?name=${name}`, body)).status).toBe(201);
      expect(await volumes()).toBe(name);
    } finally {
      await cli.run(['rm', '--force', name]);
      await cli.run(['volume', 'rm', '--force', name]);
    }
  },
  30_000,
);

testWithProxy(
  'nor a look into any container whose id is known',
  async () => {
    const name = `astrogate-test-haproxy-${randomBytes(6).toString('hex')}`;
    const made = await cli.run([
      'create',
      '--name',
      name,
      '--env',
      'PASSWORD=known',
      '--network',
      'none',
      sandboxImage,
    ]);
    try {
      expect((await ask('GET', `/v1.41/containers/${made.toString().trim()}/json`)).body).toContain('PASSWORD=known');
    } finally {
      await cli.run(['rm', '--force', name]);
    }
  },
  30_000,
);
