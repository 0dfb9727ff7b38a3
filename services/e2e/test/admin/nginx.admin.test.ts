// nginx as the front of the compose deployment, without Vault: what it lets through, what it adds, and what it keeps to
// itself.
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { testEnvironment } from '../../src/config.js';
import { Admin } from '../../src/deployment/admin.js';
import { type Deployment, startDeployment } from '../../src/deployment/deployment.js';
import { httpsCall } from '../../src/deployment/https-call.js';
import { type Picture, solveOverHttps } from '../../src/deployment/solve-over-https.js';
import { sampleSkyJpeg } from '../../src/skies.js';
import { encodeForm } from '../../src/stranger.js';
import { eventually } from '../../src/test-stack.js';

jest.setTimeout(120_000);

let deployment: Deployment;
let admin: Admin;
let picture: Picture;
let trust: string;
let port: number;

beforeAll(async () => {
  deployment = await startDeployment(['nginx']);
  port = Number(new URL(deployment.url).port);
  trust = await deployment.shell('api', 'cat /certificates/current/fullchain.pem');
  admin = new Admin(deployment, () => trust);
  await eventually('nginx answers', 60_000, () =>
    httpsCall(trust, 'GET', `${deployment.url}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    ),
  );
  picture = await sampleSkyJpeg(deployment.cli, testEnvironment().sandboxImage);
}, 300_000);

afterAll(async () => {
  await deployment?.[Symbol.asyncDispose]();
}, 60_000);

test('a picture is solved through it', async () => {
  expect(await solveOverHttps(trust, deployment.url, picture)).toBeLessThan(0.05);
});

test('its TLS port is the only one that is published', async () => {
  const published = async (service: string) =>
    Object.entries((await deployment.inspect(service)).NetworkSettings.Ports)
      .filter(([, hosts]) => hosts !== null)
      .map(([name]) => name);
  expect(await Promise.all(['nginx', 'api', 'solver'].map(published))).toEqual([['8443/tcp'], [], []]);
});

test('it has no privilege, cannot write where the certificates are, and alone of all others reads them', async () => {
  const { Config, HostConfig, Mounts, NetworkSettings } = await deployment.inspect('nginx');
  expect([Config.User, HostConfig.ReadonlyRootfs, HostConfig.CapDrop, HostConfig.CapAdd]).toEqual([
    ...['65531:65531', true, ['ALL']],
    null,
  ]);
  expect(Mounts.map(({ Destination, RW }) => [Destination, RW])).toEqual([['/certificates', false]]);
  expect(Object.keys(NetworkSettings.Networks).sort()).toEqual(
    ['front', 'proxy'].map((name) => `${deployment.project}_${name}`),
  );
  expect(await deployment.shell('api', 'stat -c %a:%u /certificates/current/privkey.pem')).toBe('600:65531');
  const solver = await deployment.inspect('solver');
  expect(solver.Mounts.map(({ Destination }) => Destination)).not.toContain('/certificates');
});

test('its health check asks a worker: without any it fails', async () => {
  const [, ...check] = (await deployment.inspect('nginx')).Config.Healthcheck?.Test ?? [];
  const look = () => deployment.compose('exec', '-T', 'nginx', ...check);
  const workers = (signal: string) =>
    deployment.shell(
      'nginx',
      `for d in /proc/[0-9]*; do
         [ "$d" = /proc/1 ] || [ "$(cat $d/comm 2> /dev/null)" != nginx ] || kill -${signal} \${d#/proc/}
       done`,
    );
  await look();
  await workers('STOP');
  try {
    await expect(look()).rejects.toThrow('ended with 1');
  } finally {
    await workers('CONT');
  }
  await look();
});

test('plain HTTP is sent to https, at the port that callers know', async () => {
  const plain = await fetch(`http://localhost:${port}/api/v1/docs?a=b`, { redirect: 'manual' });
  expect([plain.status, plain.headers.get('location')]).toEqual([301, `https://localhost:${port}/api/v1/docs?a=b`]);
  const look = `node -e "fetch('http://nginx:8080/x?y', { redirect: 'manual' }).then((r) => console.log(r.status, r.headers.get('location')))"`;
  expect(await deployment.shell('api', look)).toBe(`301 https://nginx:${port}/x?y`);
});

test.each([
  ['TLSv1', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
  ['TLSv1.1', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
  ['TLSv1.2', 'connected'],
  ['TLSv1.3', 'connected'],
] as const)('%s: %s', async (version, end) => {
  // A client that would take anything.
  const versions = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' };
  const ended = await new Promise<string | undefined>((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: trust, ...versions }, () => {
      resolve('connected');
      socket.destroy();
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
  });
  expect(ended).toBe(end);
});

test('what a client says of its own address counts for nothing', async () => {
  const forged = { 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9', forwarded: 'for=203.0.113.9' };
  expect((await admin.bootstrap(forged)).status).toBe(201);
  const { body } = await admin.ask('GET', '/audit');
  const addresses = (body.rows as { act: string; address: string }[])
    .filter(({ act }) => act === 'bootstrap')
    .map(({ address }) => address);
  // Callers of this machine come from the gateway of the network on which nginx is published.
  const network = await deployment.cli.run(['network', 'inspect', `${deployment.project}_front`]);
  expect(addresses).toEqual([JSON.parse(network.toString())[0].IPAM.Config[0].Gateway]);
});

test('an upload that is too large is refused by the api, in its words', async () => {
  const form = new FormData();
  form.set('image', new Blob([Buffer.alloc(60 * 1024 * 1024)]), 'sky.jpg');
  const { contentType, bytes } = await encodeForm(form);
  const asking = { body: bytes, headers: { 'content-type': contentType } };
  const { status, body } = await httpsCall(trust, 'POST', `${deployment.url}/api/v1/solves`, asking);
  expect([status, body.code]).toEqual([413, 'upload_too_large']);
});

test('an upload reaches the api while it is being sent', async () => {
  const { contentType, bytes } = await pictureForm();
  const options = { method: 'POST', ca: trust, agent: false, headers: { 'content-type': contentType } };
  const call = request(`${deployment.url}/api/v1/solves`, options);
  const answered = new Promise<number>((resolve, reject) => {
    call.once('response', (answer) => text(answer).then(() => resolve(answer.statusCode ?? 0), reject));
    call.once('error', reject);
  });
  call.write(bytes.subarray(0, -1000));
  await eventually('the api spools it', 30_000, async () => (await deployment.shell('api', 'ls /spool')) !== '');
  call.end(bytes.subarray(-1000));
  expect(await answered).toBe(202);
});

test('events come as they happen', async () => {
  await deployment.compose('stop', 'solver');
  try {
    const { contentType, bytes } = await pictureForm();
    const asking = { body: bytes, headers: { 'content-type': contentType } };
    const { status, body } = await httpsCall(trust, 'POST', `${deployment.url}/api/v1/solves`, asking);
    expect(status).toBe(202);
    const first = await new Promise<string>((resolve, reject) => {
      const options = { ca: trust, agent: false, headers: { accept: 'text/event-stream' } };
      const call = request(`${deployment.url}/api/v1/solves/${body.id}/events`, options, (answer) => {
        answer.once('data', (chunk: Buffer) => {
          resolve(chunk.toString());
          call.destroy();
        });
      });
      call.on('error', reject).end();
    });
    // Nobody can have ended it.
    expect(first).toContain('event: ');
    const job = await httpsCall(trust, 'GET', `${deployment.url}/api/v1/solves/${body.id}`);
    expect(['queued', 'running']).toContain(job.body.status);
  } finally {
    await deployment.compose('start', 'solver');
  }
});

async function pictureForm() {
  const form = new FormData();
  form.set('image', new Blob([picture.jpeg as Uint8Array<ArrayBuffer>]), 'sky.jpg');
  return encodeForm(form);
}
