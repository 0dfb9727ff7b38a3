import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@astrogate/common';
import { afterAll, expect, test } from '@jest/globals';
import { readConfig, solverVariables } from './config.js';
import { solverVersion } from './version.js';

const directory = mkdtempSync(join(tmpdir(), 'config-test-'));
const path = join(directory, 'pem');
writeFileSync(path, 'x');
afterAll(() => rmSync(directory, { recursive: true }));

const least = {
  SOLVER_TLS_CA_FILE: path,
  SOLVER_TLS_CERT_FILE: path,
  SOLVER_TLS_KEY_FILE: path,
  SOLVER_SANDBOX_IMAGE: 'astrogate/sandbox',
  SOLVER_STATE_DIR: directory,
};

test('the defaults stand where nothing is said', () => {
  expect(readConfig(least)).toMatchObject({
    host: '127.0.0.1',
    port: 7443,
    engine: { socketPath: '/var/run/docker.sock' },
    slots: availableParallelism(),
    maxWaiting: 64,
    maxWaitMs: 60_000,
    maxUploadBytes: 52_428_800,
    maxPixels: 100_000_000,
    allowRaw: false,
    indexDir: undefined,
    targets: new Map(),
    identities: { api: 'spiffe://astrogate/api', ops: 'spiffe://astrogate/ops' },
    graceMs: 30_000,
  });
});

test('targets are read', () => {
  const { targets } = readConfig({
    ...least,
    SOLVER_TARGETS: 'vault=com.example.role:vault, nginx=com.example/role:nginx',
  });
  expect([...targets]).toEqual([
    ['vault', { label: 'com.example.role', value: 'vault' }],
    ['nginx', { label: 'com.example/role', value: 'nginx' }],
  ]);
});

test.each(Object.entries(solverVariables).filter(([, { default: value }]) => value === undefined))(
  'without %s it does not start',
  (name) => {
    expect(() => readConfig({ ...least, [name]: undefined })).toThrow(ConfigError);
    expect(() => readConfig({ ...least, [name]: undefined })).toThrow(`${name} must be set`);
  },
);

test.each([
  ['SOLVER_PORT', '70000'],
  ['SOLVER_TLS_KEY_FILE', '/does/not/exist'],
  ['SOLVER_DOCKER_HOST', 'http://x'],
  ['SOLVER_DOCKER_HOST', 'tcp://x:99999'],
  ['SOLVER_SLOTS', '-1'],
  ['SOLVER_MAX_UPLOAD_BYTES', '1e9'],
  ['SOLVER_MAX_PIXELS', '1'],
  ['SOLVER_ALLOW_RAW', 'yes'],
  ['SOLVER_INDEX_DIR', 'relative'],
  ['SOLVER_INDEX_DIR', '/srv/../etc'],
  ['SOLVER_TARGETS', 'vault'],
  ['SOLVER_TARGETS', 'Vault=a:b'],
  ['SOLVER_TARGETS', 'a=l:v,a=l:w'],
  ['SOLVER_TARGETS', 'a=dev.astrogate.owner:astrogate-solver'],
  ['SOLVER_API_IDENTITY', 'api'],
  ['SOLVER_API_IDENTITY', 'spiffe://astrogate/ops'],
  ['SOLVER_LOG_LEVEL', 'loud'],
  ['SOLVER_TYPO', '1'],
])('%s=%s is refused by name, and the value is not repeated', (name, value) => {
  const read = () => readConfig({ ...least, [name]: value });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(name);
});

test('the version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  expect(solverVersion).toBe(version);
});
