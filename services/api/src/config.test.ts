import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readConfig, readRunAs } from './config.js';
import { version } from './version.js';

const file = new URL(import.meta.url).pathname;
const needed = {
  API_SOLVER_ADDRESS: 'localhost:7443',
  API_TLS_CA_FILE: file,
  API_TLS_CERT_FILE: file,
  API_TLS_KEY_FILE: file,
  API_SPOOL_DIR: '/var/spool/astrogate',
};

test('defaults are those of the design', () => {
  expect(readConfig(needed)).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    maxUploadBytes: 52_428_800,
    jobSeconds: 120,
    queueLimit: 1000,
    corsOrigins: [],
    graceMs: 30_000,
  });
  expect(readRunAs({})).toEqual({ uid: 65_531, gid: 65_531 });
});

test.each([
  [{ API_SOLVER_ADDRESS: 'localhost' }, 'API_SOLVER_ADDRESS'],
  [{ API_SOLVER_ADDRESS: ',' }, 'API_SOLVER_ADDRESS'],
  [{ API_SOLVER_ADDRESS: 'one:7443,two' }, 'API_SOLVER_ADDRESS'],
  [{ API_SPOOL_DIR: 'relative' }, 'API_SPOOL_DIR'],
  [{ API_CORS_ORIGINS: '*' }, 'API_CORS_ORIGINS'],
  [{ API_JOB_SECONDS: '601' }, 'API_JOB_SECONDS'],
  [{ API_TLS_KEY_FILE: '/not/there' }, 'API_TLS_KEY_FILE'],
  [{ API_DEBUG: '1' }, 'API_DEBUG'],
])('refuses %j', (env, name) => {
  expect(() => readConfig({ ...needed, ...env })).toThrow(name);
});

test('several solvers are named once each', () => {
  const { solverAddresses } = readConfig({ ...needed, API_SOLVER_ADDRESS: 'one:7443, [::1]:7443,one:7443' });
  expect(solverAddresses).toEqual(['one:7443', '[::1]:7443']);
});

test.each(['0:0', '0:5', '5:0', 'root', '5'])('never becomes or stays root: %s', (value) => {
  expect(() => readRunAs({ API_RUN_AS: value })).toThrow('API_RUN_AS');
});

test('the version is that of the package', () => {
  const { version: packaged } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(version).toBe(packaged);
});
