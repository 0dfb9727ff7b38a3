import { ConfigError } from '@astrogate/common';
import { expect, test } from '@jest/globals';
import { EngineError } from './engine-error.js';
import { describeEngine, preflight } from './preflight.js';

const version = { Version: '20.10.24', ApiVersion: '1.41', MinAPIVersion: '1.12', KernelVersion: '6.1' };
const info = {
  MemoryLimit: true,
  SwapLimit: true,
  PidsLimit: true,
  SecurityOptions: ['name=seccomp,profile=default'],
  CgroupVersion: '1',
  CgroupDriver: 'cgroupfs',
  OSType: 'linux',
  DefaultRuntime: 'runc',
};
const image = { Id: `sha256:${'a'.repeat(64)}`, Config: { Labels: null, Volumes: null } };

/** A fake engine that says what it is told to. */
const fake = (changes: { version?: object; info?: object; image?: object | Error } = {}) => ({
  version: async () => ({ ...version, ...changes.version }),
  info: async () => ({ ...info, ...changes.info }),
  image: async () => {
    if (changes.image instanceof Error) throw changes.image;
    return { ...image, ...changes.image };
  },
});

test('an engine with every control and an image without volumes will do', async () => {
  expect((await preflight(fake(), 'sandbox')).image.Id).toBe(image.Id);
});

test('a rootless engine with cgroup v2 will do', async () => {
  const rootless = {
    CgroupVersion: '2',
    CgroupDriver: 'systemd',
    SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless', 'name=cgroupns'],
  };
  expect((await preflight(fake({ info: rootless }), 'sandbox')).info.CgroupVersion).toBe('2');
});

test('engine, runtime and kernel are told, whatever the engine leaves out', () => {
  const Components = [
    { Name: 'Engine', Version: '20.10.24' },
    { Name: 'runc', Version: '1.1.5' },
  ];
  expect(describeEngine({ version: { ...version, Components }, info })).toEqual({
    engine: '20.10.24',
    containerd: 'unknown',
    runc: '1.1.5',
    kernel: '6.1',
    cgroups: 'v1 by cgroupfs',
    runtime: 'runc',
    security: 'name=seccomp,profile=default',
  });
  expect(describeEngine({ version: { ...version, Components: null }, info }).runc).toBe('unknown');
});

test.each<[string, Parameters<typeof fake>[0], RegExp]>([
  ['memory', { info: { MemoryLimit: false } }, /cannot limit memory$/],
  ['swap', { info: { SwapLimit: false } }, /cannot limit swap$/],
  ['pids', { info: { PidsLimit: false } }, /cannot limit processes$/],
  ['pids unknown', { info: { PidsLimit: undefined } }, /cannot limit processes$/],
  ['no seccomp', { info: { SecurityOptions: ['name=apparmor'] } }, /has no seccomp$/],
  ['no options at all', { info: { SecurityOptions: undefined } }, /has no seccomp$/],
  ['seccomp off', { info: { SecurityOptions: ['name=seccomp,profile=unconfined'] } }, /seccomp profile is off$/],
  ['no control groups', { info: { CgroupDriver: 'none' } }, /has no control groups$/],
  ['control groups unknown', { info: { CgroupDriver: undefined } }, /has no control groups$/],
  [
    'rootless on cgroup v1',
    { info: { SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless'] } },
    /rootless without cgroup v2, so that no limit holds$/,
  ],
  ['containers of another system', { info: { OSType: 'windows' } }, /are not Linux$/],
  ['two controls', { info: { MemoryLimit: false, PidsLimit: false } }, /memory; it cannot limit processes$/],
  ['volumes', { image: { Config: { Labels: null, Volumes: { '/data': {} } } } }, /declares volumes/],
  ['no image', { image: new EngineError('not_found') }, /is not on this engine; it is never pulled$/],
])('refuses to start: %s', async (_what, changes, message) => {
  const refusal = preflight(fake(changes), 'sandbox');
  await expect(refusal).rejects.toThrow(ConfigError);
  await expect(refusal).rejects.toThrow(message);
});

test('an engine that does not answer is no matter of configuration', async () => {
  await expect(preflight(fake({ image: new EngineError('unreachable') }), 'sandbox')).rejects.toThrow(EngineError);
});
