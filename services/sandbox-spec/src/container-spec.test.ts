import { expect, test } from '@jest/globals';
import { containerSpec, decodeLabels, sandboxIdOf } from './index.js';
import * as limits from './limits.js';
import { seccompProfile } from './seccomp/profile.js';

const sandboxId = '00112233445566778899aabbccddeeff';
const config = {
  imageId: `sha256:${'ab'.repeat(32)}`,
  instanceId: 'ffeeddccbbaa99887766554433221100',
  expiresAt: new Date('2030-01-02T03:04:05.678Z'),
};

test('is exactly this container', () => {
  expect(containerSpec(sandboxId, config)).toEqual({
    name: 'astrogate-sandbox-00112233445566778899aabbccddeeff',
    body: {
      Image: config.imageId,
      Entrypoint: ['/opt/astrogate/node', '/opt/astrogate/sandbox.mjs'],
      Cmd: [],
      Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'HOME=/job', 'TMPDIR=/tmp', 'LANG=C.UTF-8', 'TZ=UTC'],
      WorkingDir: '/job',
      Hostname: 'sandbox',
      User: '65532:65532',
      Labels: {
        'dev.astrogate.owner': 'astrogate-solver',
        'dev.astrogate.instance': config.instanceId,
        'dev.astrogate.expires-at': '2030-01-02T03:04:05.678Z',
      },
      Tty: false,
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      NetworkDisabled: true,
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        NetworkMode: 'none',
        ReadonlyRootfs: true,
        Tmpfs: {
          '/job': 'rw,noexec,nosuid,nodev,size=256m,nr_inodes=4k,mode=0700,uid=65532,gid=65532',
          '/tmp': 'rw,noexec,nosuid,nodev,size=256m,nr_inodes=4k,mode=0700,uid=65532,gid=65532',
        },
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true', `seccomp=${JSON.stringify(seccompProfile())}`],
        Memory: 2_147_483_648,
        MemorySwap: 2_147_483_648,
        PidsLimit: 64,
        CpuShares: 128,
        OomScoreAdj: 800,
        Ulimits: [
          { Name: 'nofile', Soft: 1024, Hard: 1024 },
          { Name: 'core', Soft: 0, Hard: 0 },
          { Name: 'fsize', Soft: 268_435_456, Hard: 268_435_456 },
          { Name: 'msgqueue', Soft: 0, Hard: 0 },
        ],
        IpcMode: 'none',
        CgroupnsMode: 'private',
        LogConfig: { Type: 'none', Config: {} },
        RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
        AutoRemove: false,
      },
    },
  });
});

test('differs only by one read-only mount when an index directory is configured', () => {
  const { body: plain } = containerSpec(sandboxId, config);
  const { body } = containerSpec(sandboxId, { ...config, indexDir: '/srv/indexes' });
  const { Mounts, ...hostConfig } = body.HostConfig;
  expect({ ...body, HostConfig: hostConfig }).toEqual(plain);
  expect(Mounts).toEqual([
    {
      Type: 'bind',
      Source: '/srv/indexes',
      Target: '/indexes',
      ReadOnly: true,
      BindOptions: { Propagation: 'rprivate', NonRecursive: true },
    },
  ]);
});

test.each([
  'Binds',
  'Privileged',
  'CapAdd',
  'Devices',
  'DeviceRequests',
  'DeviceCgroupRules',
  'VolumesFrom',
  'Volumes',
  'PidMode',
  'UTSMode',
  'UsernsMode',
  'CgroupParent',
  'Runtime',
  'Sysctls',
  'MaskedPaths',
  'ReadonlyPaths',
  'ExtraHosts',
  'Links',
  'PortBindings',
  'ExposedPorts',
  'GroupAdd',
  'Annotations',
  'OomKillDisable',
  'NetworkingConfig',
  'Init',
])('never contains %s', (key) => {
  const { body } = containerSpec(sandboxId, { ...config, indexDir: '/srv/indexes' });
  expect(JSON.stringify(body)).not.toContain(`"${key}"`);
});

test('cannot be changed after it was built', () => {
  const { body } = containerSpec(sandboxId, { ...config, indexDir: '/srv/indexes' });
  expect(() => Object.assign(body.HostConfig, { Privileged: true })).toThrow(TypeError);
  expect(() => (body.HostConfig.CapDrop as string[]).pop()).toThrow(TypeError);
  expect(() => Object.assign(body.HostConfig.Mounts?.[0] ?? {}, { Source: '/' })).toThrow(TypeError);
});

test.each([
  ['sandbox id', '../x', config],
  ['sandbox id', sandboxId.toUpperCase(), config],
  ['image id', sandboxId, { ...config, imageId: 'astrogate/sandbox:dev' }],
  ['instance id', sandboxId, { ...config, instanceId: 'x' }],
  ['index directory', sandboxId, { ...config, indexDir: 'indexes' }],
  ['index directory', sandboxId, { ...config, indexDir: '/' }],
  ['index directory', sandboxId, { ...config, indexDir: '/srv/../etc' }],
  ['index directory', sandboxId, { ...config, indexDir: '/srv/./x' }],
  ['index directory', sandboxId, { ...config, indexDir: '/srv//x' }],
  ['index directory', sandboxId, { ...config, indexDir: '/srv/x/' }],
  ['index directory', sandboxId, { ...config, indexDir: '/srv/a:b' }],
])('refuses a wrong %s', (what, id, wrong) => {
  expect(() => containerSpec(id, wrong)).toThrow(new RegExp(`^${what}`));
});

test('labels and name are read back', () => {
  const { name, body } = containerSpec(sandboxId, config);
  expect(decodeLabels(body.Labels)).toEqual({ instanceId: config.instanceId, expiresAt: config.expiresAt });
  expect(sandboxIdOf(`/${name}`)).toBe(sandboxId);
});

test.each([
  [{}],
  [{ 'dev.astrogate.owner': 'someone' }],
  [{ 'dev.astrogate.owner': 'astrogate-solver', 'dev.astrogate.instance': config.instanceId }],
  [{ ...containerSpec(sandboxId, config).body.Labels, 'dev.astrogate.expires-at': '0' }],
  [{ ...containerSpec(sandboxId, config).body.Labels, 'dev.astrogate.expires-at': '2030-99-99T00:00:00.000Z' }],
  [{ ...containerSpec(sandboxId, config).body.Labels, 'dev.astrogate.instance': 'x' }],
])('labels %j are not those of a sandbox', (labels) => {
  expect(decodeLabels(labels)).toBeUndefined();
});

test.each(['', 'astrogate-sandbox-', '/astrogate-sandbox-1', `x-${sandboxId}`])(
  '%j is not the name of a sandbox',
  (name) => {
    expect(sandboxIdOf(name)).toBeUndefined();
  },
);

test('both tmpfs and half a gigabyte of programs fit into the memory limit', () => {
  expect(2 * limits.tmpfsBytes + 512 * 1024 * 1024).toBeLessThanOrEqual(limits.memoryBytes);
  expect(limits.pidsLimit).toBeGreaterThan(0);
});
