// The watch that other attacks rely on: it sees what a real solver creates, finds nothing wrong with it, and finds what
// is wrong with every decoy. Decoys are never started.
import { randomBytes } from 'node:crypto';
import { type ContainerSpec, containerSpec } from '@astrogate/sandbox-spec';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createDockerEngine, type DockerEngine } from '../../src/sandbox/docker-engine.js';
import { parseEndpoint } from '../../src/sandbox/endpoint.js';
import { dockerHost, sandboxImage } from '../environment.js';
import { until } from '../solver-under-test.js';
import { startAttackedSolver } from './attacked-solver.js';
import { type SpawnWatch, watchSpawns } from './spawn-watch.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

test('a solver creates nothing but sandboxes, and asks the engine for nothing but their lives', async () => {
  await using solver = await startAttackedSolver();
  expect(await solver.solvesStill()).toBe(true);
  expect(await solver.harm()).toEqual([]);
  expect(solver.watch.created).toBeGreaterThan(0);
  const lives = [
    'POST /v1.41/containers/create',
    'POST /v1.41/containers/ID/attach',
    'POST /v1.41/containers/ID/start',
    'POST /v1.41/containers/ID/kill',
    'POST /v1.41/containers/ID/wait',
    'GET /v1.41/containers/ID/json',
    'GET /v1.41/containers/json',
    'DELETE /v1.41/containers/ID',
    'GET /v1.41/_ping',
    'GET /v1.41/images/ID/json',
    'GET /v1.41/info',
    'GET /v1.41/version',
    'GET /version',
  ];
  expect([...solver.watch.asked].filter((call) => !lives.includes(call))).toEqual([]);
});

describe('a decoy', () => {
  const direct = createDockerEngine(parseEndpoint(dockerHost));
  const made: string[] = [];
  const instanceId = randomBytes(16).toString('hex');
  let watch: SpawnWatch;
  let watched: DockerEngine;
  let imageId: string;

  beforeAll(async () => {
    imageId = (await direct.image(sandboxImage)).Id;
  });
  afterEach(async () => {
    await Promise.all(made.splice(0).map((name) => direct.remove(name)));
    await watch[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    const left = await direct.list('dev.astrogate.instance', instanceId);
    expect(left).toEqual([]);
  });

  async function open(): Promise<void> {
    watch = await watchSpawns(dockerHost, { imageId, instanceId });
    watched = createDockerEngine(parseEndpoint(watch.url));
  }

  const sound = (): ContainerSpec =>
    containerSpec(randomBytes(16).toString('hex'), {
      imageId,
      instanceId,
      expiresAt: new Date(Date.now() + 60_000),
    });

  async function create(engine: DockerEngine, spec: ContainerSpec): Promise<void> {
    made.push(spec.name);
    await engine.create(spec);
  }

  test('that equals the spec is none', async () => {
    await open();
    await create(watched, sound());
    expect(await watch.violations()).toEqual([]);
    expect(watch.created).toBe(1);
  });

  const withHost = (more: object) => (spec: ContainerSpec) =>
    ({ ...spec, body: { ...spec.body, HostConfig: { ...spec.body.HostConfig, ...more } } }) as unknown as ContainerSpec;
  const withBody = (more: object) => (spec: ContainerSpec) =>
    ({ ...spec, body: { ...spec.body, ...more } }) as unknown as ContainerSpec;

  test.each<[string, (spec: ContainerSpec) => ContainerSpec, RegExp]>([
    ['that is privileged', withHost({ Privileged: true }), /HostConfig\.Privileged/],
    ["that mounts the host's root", withHost({ Binds: ['/:/host'] }), /HostConfig\.Binds/],
    ['with the pids of the host', withHost({ PidMode: 'host' }), /HostConfig\.PidMode/],
    ['with one capability', withHost({ CapAdd: ['NET_RAW'] }), /HostConfig\.CapAdd/],
    ['with a device', withHost({ Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/x' }] }), /Devices/],
    ['with twice the memory', withHost({ Memory: 2 ** 32, MemorySwap: 2 ** 32 }), /HostConfig\.Memory/],
    ['without its seccomp profile', withHost({ SecurityOpt: ['seccomp=unconfined'] }), /HostConfig\.SecurityOpt/],
    ['of another command', withBody({ Entrypoint: ['/bin/sh'] }), /Path/],
    ['with one more variable', withBody({ Env: ['LD_PRELOAD=/tmp/x'] }), /Config\.Env/],
    ['that runs as root', withBody({ User: 'root' }), /Config\.User/],
    ['with another name', (spec) => ({ ...spec, name: `x${spec.name}` }), /no name of a sandbox/],
    ['without labels', withBody({ Labels: {} }), /not the labels/],
    [
      'that outlives its time',
      (spec) =>
        withBody({ Labels: { ...spec.body.Labels, 'dev.astrogate.expires-at': '2099-01-01T00:00:00.000Z' } })(spec),
      /wrong time/,
    ],
  ])('%s is seen', async (_what, change, complaint) => {
    await open();
    await create(watched, change(sound()));
    expect(await watch.violations()).toContainEqual(expect.stringMatching(complaint));
  });

  test('that came by another way, but carries the label of the solver, is seen', async () => {
    await open();
    await create(direct, sound());
    await until(async () => (await watch.violations()).length > 0, 10_000);
    expect(await watch.violations()).toEqual([expect.stringContaining('past the watch')]);
  });

  test('of somebody else is none of ours', async () => {
    await open();
    await create(direct, withBody({ Labels: {} })(sound()));
    expect(await watch.violations()).toEqual([]);
  });
});
