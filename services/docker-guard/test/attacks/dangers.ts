// What would take a container out of its box, as members of a create body.

/** Member of HostConfig, its value, and what it would give. */
export const hostDangers: readonly (readonly [string, unknown])[] = [
  ['Privileged', true],
  ['Binds', ['/:/host']],
  ['Mounts', [{ Type: 'bind', Source: '/', Target: '/host' }]],
  ['VolumesFrom', ['other']],
  ['Devices', [{ PathOnHost: '/dev/mem', PathInContainer: '/dev/mem', CgroupPermissions: 'rwm' }]],
  ['DeviceCgroupRules', ['a *:* rwm']],
  ['DeviceRequests', [{ Driver: '', Count: -1, Capabilities: [['gpu']] }]],
  ['CapAdd', ['SYS_ADMIN']],
  ['CapDrop', []],
  ['PidMode', 'host'],
  ['IpcMode', 'host'],
  ['NetworkMode', 'host'],
  ['UTSMode', 'host'],
  ['UsernsMode', 'host'],
  ['CgroupnsMode', 'host'],
  ['CgroupParent', '/'],
  ['SecurityOpt', ['seccomp=unconfined', 'apparmor=unconfined']],
  ['MaskedPaths', []],
  ['ReadonlyPaths', []],
  ['Runtime', 'other'],
  ['Sysctls', { 'kernel.core_pattern': '|/x' }],
  ['ReadonlyRootfs', false],
  ['Tmpfs', { '/job': 'rw,exec,suid,dev' }],
  ['Memory', 0],
  ['MemorySwap', -1],
  ['PidsLimit', -1],
  ['OomKillDisable', true],
  ['OomScoreAdj', -1000],
  ['Ulimits', []],
  ['LogConfig', { Type: 'json-file', Config: {} }],
  ['RestartPolicy', { Name: 'always', MaximumRetryCount: 0 }],
  ['AutoRemove', true],
  ['GroupAdd', ['0']],
  ['PortBindings', { '22/tcp': [{ HostPort: '2222' }] }],
  ['ExtraHosts', ['metadata:169.254.169.254']],
  ['Links', ['vault:vault']],
  ['VolumeDriver', 'local'],
  ['StorageOpt', { size: '1T' }],
  ['Annotations', { 'io.katacontainers.config': 'x' }],
];

/** Member of the body itself. */
export const bodyDangers: readonly (readonly [string, unknown])[] = [
  ['Image', 'debian:bookworm'],
  ['Image', `sha256:${'0'.repeat(64)}`],
  ['Entrypoint', ['/bin/sh', '-c', 'id']],
  ['Cmd', ['--inspect=0.0.0.0']],
  ['Env', ['LD_PRELOAD=/job/x.so']],
  ['User', '0:0'],
  ['WorkingDir', '/'],
  ['Volumes', { '/host': {} }],
  ['Tty', true],
  ['NetworkDisabled', false],
  ['NetworkingConfig', { EndpointsConfig: { bridge: {} } }],
  ['ExposedPorts', { '22/tcp': {} }],
  ['Healthcheck', { Test: ['CMD-SHELL', 'id'] }],
  ['StopSignal', 'SIGCONT'],
  ['Shell', ['/bin/sh']],
  ['Labels', { 'com.example.role': 'vault' }],
];

/** A way to write a danger into `text`, the canonical body. */
export type Form = (text: string, key: string, value: unknown) => string;

const json = JSON.stringify;
const inHostConfig = (text: string, members: string) => text.replace(/}}$/, `,${members}}}`);
const beforeAll = (text: string, members: string) => text.replace('"HostConfig":{', `"HostConfig":{${members},`);
const escaped = (key: string) => `"\\u${key.charCodeAt(0).toString(16).padStart(4, '0')}${key.slice(1)}"`;
/** Go folds the long s and the Kelvin sign to s and k. */
const folded = (key: string) => key.replace(/s/i, '\u017f').replace(/k/i, '\u212a');

/** dockerd takes keys in any case, and the last of equal ones. */
export const forms: Readonly<Record<string, Form>> = {
  plain: (text, key, value) => {
    const body = JSON.parse(text);
    return json({ ...body, HostConfig: { ...body.HostConfig, [key]: value } });
  },
  'in lower case': (text, key, value) => inHostConfig(text, `${json(key.toLowerCase())}:${json(value)}`),
  'in upper case': (text, key, value) => inHostConfig(text, `${json(key.toUpperCase())}:${json(value)}`),
  'with letters that fold': (text, key, value) => inHostConfig(text, `${json(folded(key))}:${json(value)}`),
  'with an escape in the key': (text, key, value) => inHostConfig(text, `${escaped(key)}:${json(value)}`),
  'twice, the danger last': (text, key, value) => inHostConfig(text, `${json(key)}:null,${json(key)}:${json(value)}`),
  'twice, the danger first': (text, key, value) => beforeAll(text, `${json(key)}:${json(value)},${json(key)}:null`),
  'in a second HostConfig': (text, key, value) => text.replace(/}$/, `,"HostConfig":{${json(key)}:${json(value)}}}`),
  'in a hostconfig before': (text, key, value) => text.replace('{', `{"hostconfig":{${json(key)}:${json(value)}},`),
};
