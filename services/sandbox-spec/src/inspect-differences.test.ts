import { expect, test } from '@jest/globals';
import { containerSpec } from './container-spec.js';
import { engineDefaults, maskedPaths, readonlyPaths } from './engine-defaults.js';
import { inspectDifferences, knownDifferences } from './inspect-differences.js';

const config = {
  imageId: `sha256:${'ab'.repeat(32)}`,
  instanceId: 'ffeeddccbbaa99887766554433221100',
  expiresAt: new Date('2030-01-02T03:04:05.678Z'),
  indexDir: '/srv/indexes',
};
const spec = containerSpec('00112233445566778899aabbccddeeff', config);
const containerId = '1'.repeat(64);

/** Values for what the table only describes. */
const varying: Record<string, unknown> = {
  Id: containerId,
  Created: '2030-01-01T00:00:00.1Z',
  ResolvConfPath: '',
  HostnamePath: `/var/lib/docker/containers/${containerId}/hostname`,
  HostsPath: '',
  Driver: 'overlay2',
  MountLabel: '',
  ProcessLabel: '',
  AppArmorProfile: '',
  GraphDriver: { Name: 'overlay2', Data: {} },
  'State.Status': 'running',
  'State.Running': true,
  'State.OOMKilled': false,
  'State.Pid': 77,
  'State.ExitCode': 0,
  'State.StartedAt': '2030-01-01T00:00:00.123456789Z',
  'State.FinishedAt': '0001-01-01T00:00:00Z',
  'HostConfig.ConsoleSize': [0, 0],
  'HostConfig.OomKillDisable': false,
  'HostConfig.MaskedPaths': [...maskedPaths],
  'HostConfig.ReadonlyPaths': [...readonlyPaths],
};

/** What a faithful engine answers for `spec`. */
function faithful(): Record<string, Record<string, unknown>> {
  const { HostConfig, ...Config } = structuredClone(spec.body) as unknown as Record<string, Record<string, unknown>>;
  const answer: Record<string, unknown> = {
    Name: `/${spec.name}`,
    Image: spec.body.Image,
    Path: spec.body.Entrypoint[0],
    Args: spec.body.Entrypoint.slice(1),
    Mounts: [
      { Type: 'bind', Source: '/srv/indexes', Destination: '/indexes', Mode: '', RW: false, Propagation: 'rprivate' },
    ],
    State: {},
    NetworkSettings: {},
    Config,
    HostConfig,
  };
  for (const [path, value] of Object.entries(engineDefaults['1.41'] ?? {})) {
    const found = typeof value === 'function' ? (varying[path] ?? null) : value;
    const [section, key] = path.split('.') as [string, string?];
    if (key === undefined) answer[section] = found;
    else (answer[section] as Record<string, unknown>)[key] = found;
  }
  return answer as unknown as Record<string, Record<string, unknown>>;
}

test('a faithful engine has no differences', () => {
  expect(inspectDifferences(faithful(), spec, '1.41')).toEqual([]);
});

test('labels that the image hands down are no difference, any other is', () => {
  const answer = faithful();
  Object.assign(answer.Config?.Labels ?? {}, { 'dev.astrogate.indexes': '[]', 'org.opencontainers.image.title': 'x' });
  expect(inspectDifferences(answer, spec, '1.41')).toEqual([]);
  Object.assign(answer.Config?.Labels ?? {}, { 'com.example.other': '1' });
  expect(inspectDifferences(answer, spec, '1.41')).toHaveLength(1);
});

test.each<[string, string, unknown]>([
  ['HostConfig', 'Privileged', true],
  ['HostConfig', 'NeverSeenBefore', null],
  ['HostConfig', 'NeverSeenBefore', undefined],
  ['HostConfig', 'Binds', ['/:/host']],
  ['HostConfig', 'Binds', []],
  ['HostConfig', 'CapAdd', ['SYS_ADMIN']],
  ['HostConfig', 'CapDrop', []],
  ['HostConfig', 'Memory', 0],
  ['HostConfig', 'Memory', '2147483648'],
  ['HostConfig', 'PidsLimit', -1],
  ['HostConfig', 'PidsLimit', null],
  ['HostConfig', 'MaskedPaths', []],
  ['HostConfig', 'ReadonlyPaths', null],
  ['HostConfig', 'Runtime', 'other'],
  ['HostConfig', 'SecurityOpt', ['no-new-privileges:true', 'seccomp=unconfined']],
  ['HostConfig', 'Ulimits', []],
  ['HostConfig', 'IpcMode', 'shareable'],
  ['HostConfig', 'Tmpfs', { '/job': 'rw' }],
  ['Config', 'User', 'root'],
  ['Config', 'User', ''],
  ['Config', 'Env', ['PATH=/usr/bin', 'EXTRA=1']],
  ['Config', 'Volumes', { '/data': {} }],
  ['Config', 'Shell', ['/bin/sh']],
  ['NetworkSettings', 'Networks', { bridge: {} }],
  ['NetworkSettings', 'IPAddress', '172.17.0.2'],
  ['State', 'Paused', true],
  ['State', 'Health', {}],
])('reports %s.%s = %j', (section, key, value) => {
  const answer = faithful();
  Object.assign(answer[section] ?? {}, { [key]: value });
  expect(inspectDifferences(answer, spec, '1.41')).toEqual([expect.stringMatching(`^${section}\\.${key}: `)]);
});

test.each<[string, unknown]>([
  ['Mounts', []],
  ['Mounts', [{ Type: 'bind', Source: '/', Destination: '/indexes', Mode: '', RW: true, Propagation: 'rprivate' }]],
  ['Name', '/other'],
  ['Image', `sha256:${'cd'.repeat(32)}`],
  ['Path', '/bin/sh'],
  ['LogPath', '/var/lib/docker/containers/x/x-json.log'],
  ['HostsPath', '/etc/hosts'],
  ['AppArmorProfile', 'unconfined'],
  ['ExecIDs', ['1']],
  ['Unheard', 1],
])('reports %s = %j', (key, value) => {
  expect(inspectDifferences({ ...faithful(), [key]: value }, spec, '1.41')).toEqual([
    expect.stringMatching(`^${key}: `),
  ]);
});

test('reports a section that is missing, or no object, or nothing at all', () => {
  const { HostConfig, ...rest } = faithful();
  expect(HostConfig).toBeDefined();
  expect(inspectDifferences(rest, spec, '1.41').length).toBeGreaterThan(50);
  expect(inspectDifferences({ ...rest, HostConfig: [] }, spec, '1.41').length).toBeGreaterThan(50);
  expect(inspectDifferences(null, spec, '1.41').length).toBeGreaterThan(50);
});

test('refuses an API version that nobody has reviewed', () => {
  expect(() => inspectDifferences(faithful(), spec, '1.99')).toThrow('no reviewed engine defaults');
});

test('on an engine that nobody has reviewed, fields that nobody knows and fields that are gone are left aside', () => {
  const answer = faithful();
  Object.assign(answer.HostConfig ?? {}, { NewFeature: true });
  Reflect.deleteProperty(answer.HostConfig ?? {}, 'KernelMemory');
  Reflect.deleteProperty(answer, 'GraphDriver');
  expect(knownDifferences(answer, spec)).toEqual([]);
});

test.each<[string, unknown]>([
  ['PidsLimit', null],
  ['SecurityOpt', []],
  ['Privileged', true],
  ['CapAdd', ['SYS_ADMIN']],
  ['PidMode', 'host'],
  ['Binds', ['/:/host']],
  ['MaskedPaths', []],
  ['MaskedPaths', null],
  ['ReadonlyPaths', ['/proc/bus']],
  ['Runtime', 'other'],
])('nothing known is: HostConfig.%s = %j', (key, value) => {
  const answer = faithful();
  Object.assign(answer.HostConfig ?? {}, { [key]: value });
  expect(knownDifferences(answer, spec)).toEqual([expect.stringMatching(`^HostConfig\\.${key}: `)]);
});

test('a field that the spec asks for and the engine does not tell is a difference', () => {
  const answer = faithful();
  Reflect.deleteProperty(answer.HostConfig ?? {}, 'ReadonlyRootfs');
  expect(knownDifferences(answer, spec)).toEqual(['HostConfig.ReadonlyRootfs: missing']);
});

test('more masked and more read-only paths than the reviewed ones are no difference', () => {
  const answer = faithful();
  const more = '/sys/devices/virtual/powercap';
  const paths = { MaskedPaths: [...maskedPaths, more], ReadonlyPaths: [...readonlyPaths, more] };
  Object.assign(answer.HostConfig ?? {}, paths);
  expect(knownDifferences(answer, spec)).toEqual([]);
  expect(inspectDifferences(answer, spec, '1.41')).toEqual([]);
});
