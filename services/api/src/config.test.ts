import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeCertificates } from '../test-support/certificates.js';
import { readConfig, readRunAs } from './config.js';
import { version } from './version.js';

const file = new URL(import.meta.url).pathname;
const needed = {
  API_SOLVER_ADDRESS: 'localhost:7443',
  API_TLS_CA_FILE: file,
  API_TLS_CERT_FILE: file,
  API_TLS_KEY_FILE: file,
  API_STATE_DIR: '/var/lib/astrogate',
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
    anonymous: 'off',
    masterKeyFile: '/var/lib/astrogate/master-key',
    graceMs: 30_000,
    database: { stateDir: '/var/lib/astrogate' },
  });
  expect(readRunAs({})).toEqual({ uid: 65_531, gid: 65_531 });
});

test.each([
  [{ API_SOLVER_ADDRESS: 'localhost' }, 'API_SOLVER_ADDRESS'],
  [{ API_SOLVER_ADDRESS: ',' }, 'API_SOLVER_ADDRESS'],
  [{ API_SOLVER_ADDRESS: 'one:7443,two' }, 'API_SOLVER_ADDRESS'],
  [{ API_SPOOL_DIR: 'relative' }, 'API_SPOOL_DIR'],
  [{ API_STATE_DIR: 'relative' }, 'API_STATE_DIR'],
  [{ API_STATE_DIR: '' }, 'API_STATE_DIR must be set'],
  [{ API_STATE_DIR: '', DATABASE_URL: 'postgres://a/b' }, 'API_MASTER_KEY_FILE must be set'],
  [{ API_MASTER_KEY_FILE: 'relative' }, 'API_MASTER_KEY_FILE'],
  [{ API_ANONYMOUS: 'on' }, 'API_ANONYMOUS'],
  [{ DATABASE_URL: 'mysql://a/b' }, 'DATABASE_URL has the wrong form'],
  [{ DATABASE_URL: 'postgres://u:a/b@h/d' }, 'DATABASE_URL is no URL'],
  [{ DATABASE_URL: 'postgres://u:1234#56@h/d' }, 'DATABASE_URL is no URL'],
  [{ DATABASE_URL_FILE: '/not/there' }, 'DATABASE_URL_FILE cannot be read'],
  [{ DATABASE_URL_FILE: file }, 'DATABASE_URL_FILE holds no postgres:// URL'],
  [{ DATABASE_URL: 'postgres://a/b', DATABASE_URL_FILE: file }, 'only one of'],
  [{ API_CORS_ORIGINS: '*' }, 'API_CORS_ORIGINS'],
  [{ API_TRUSTED_PROXIES: 'proxy' }, 'API_TRUSTED_PROXIES'],
  [{ API_TRUSTED_PROXIES: '10.0.0.0/8,0.0.0.0/0' }, 'API_TRUSTED_PROXIES'],
  [{ API_RATE_LIMITS: 'login=0/1/1' }, 'API_RATE_LIMITS'],
  [{ API_RATE_LIMITS: 'all=1/1/1' }, 'API_RATE_LIMITS'],
  [{ API_QUOTAS: 'stranger=1/1' }, 'API_QUOTAS'],
  [{ API_AUDIT_KEY_FILE: '/not/there' }, 'API_AUDIT_KEY_FILE'],
  [{ API_AUDIT_KEY_FILE: file }, 'API_AUDIT_KEY_FILE'],
  [{ API_JOB_SECONDS: '601' }, 'API_JOB_SECONDS'],
  [{ API_TLS_KEY_FILE: '/not/there' }, 'API_TLS_KEY_FILE'],
  [{ API_DEBUG: '1' }, 'API_DEBUG'],
])('refuses %j', (env, name) => {
  expect(() => readConfig({ ...needed, ...env })).toThrow(name);
});

test('the server of DATABASE_URL or of its file is used instead of the state directory', () => {
  const secret = join(mkdtempSync(join(tmpdir(), 'astrogate-config-')), 'url');
  writeFileSync(secret, 'postgresql://u:p@db/astrogate\n');
  expect(readConfig({ ...needed, DATABASE_URL_FILE: secret }).database).toEqual({
    url: 'postgresql://u:p@db/astrogate',
  });
  expect(readConfig({ ...needed, DATABASE_URL: 'postgres://db/a' }).database).toEqual({ url: 'postgres://db/a' });
  rmSync(dirname(secret), { recursive: true });
});

test('a URL that cannot be used is not repeated', () => {
  expect(() => readConfig({ ...needed, DATABASE_URL: 'mysql://u:hunter2@db/a' })).toThrow(/^(?!.*hunter2)/);
});

test('backups lie beside the database, or where they are told to', () => {
  expect(readConfig(needed).backups).toEqual({
    directory: join(needed.API_STATE_DIR, 'backups'),
    ...{ bucket: undefined, everyMs: 0, retention: { newest: 5, days: 0 }, recipients: [] },
  });
  const recipient = `age1${'q'.repeat(58)}`;
  const given = { API_BACKUP_DIR: '/backups', API_BACKUP_HOURS: '24', API_BACKUP_KEEP: '7', API_BACKUP_DAYS: '30' };
  expect(readConfig({ ...needed, ...given, API_BACKUP_RECIPIENTS: recipient }).backups).toMatchObject({
    ...{ directory: '/backups', everyMs: 86_400_000, retention: { newest: 7, days: 30 }, recipients: [recipient] },
  });
  expect(() => readConfig({ ...needed, API_BACKUP_RECIPIENTS: 'AGE-SECRET-KEY-1X' })).toThrow('API_BACKUP_RECIPIENTS');
  expect(() => readConfig({ ...needed, API_BACKUP_BUCKET: 'sky' })).toThrow('API_S3_CREDENTIALS_FILE must be set');
});

describe('a bucket for uploads', () => {
  let credentials: string;
  beforeEach(() => {
    credentials = join(mkdtempSync(join(tmpdir(), 'astrogate-config-')), 'credentials');
    writeFileSync(credentials, '[default]\naws_access_key_id = AKIA\naws_secret_access_key=hunter2/+=\n');
  });
  afterEach(() => rmSync(dirname(credentials), { recursive: true }));
  const read = (env: NodeJS.ProcessEnv) =>
    readConfig({ ...needed, API_S3_BUCKET: 'sky', API_S3_CREDENTIALS_FILE: credentials, ...env }).bucket;

  test('is none by default', () => {
    expect(readConfig(needed).bucket).toBeUndefined();
  });

  test('has its uploads in a folder of its own', () => {
    expect(read({})).toEqual({
      bucket: 'sky',
      prefix: 'uploads/',
      region: 'us-east-1',
      endpoint: undefined,
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'hunter2/+=' },
    });
    const place = read({
      API_S3_BUCKET: 'sky.example/night/1',
      API_S3_ENDPOINT: 'http://[::1]:9000',
      API_S3_REGION: 'eu-1',
    });
    expect(place).toMatchObject({
      bucket: 'sky.example',
      prefix: 'night/1/uploads/',
      endpoint: 'http://[::1]:9000',
      region: 'eu-1',
    });
  });

  test.each([
    [{ API_S3_BUCKET: '../x' }, 'API_S3_BUCKET has the wrong form'],
    [{ API_S3_BUCKET: 'sky/../x' }, 'API_S3_BUCKET has the wrong form'],
    [{ API_S3_BUCKET: 'sky/' }, 'API_S3_BUCKET has the wrong form'],
    [{ API_S3_BUCKET: '' }, 'API_S3_BUCKET must be set'],
    [{ API_S3_CREDENTIALS_FILE: '' }, 'API_S3_CREDENTIALS_FILE must be set'],
    [{ API_S3_CREDENTIALS_FILE: '/not/there' }, 'API_S3_CREDENTIALS_FILE cannot be read (ENOENT)'],
    [{ API_S3_CREDENTIALS_FILE: import.meta.filename }, 'API_S3_CREDENTIALS_FILE has no line'],
    [{ API_S3_ENDPOINT: 'https://user:hunter2@s3.example' }, 'API_S3_ENDPOINT has the wrong form'],
    [{ API_S3_ENDPOINT: 's3.example' }, 'API_S3_ENDPOINT has the wrong form'],
    [{ API_S3_REGION: 'a b' }, 'API_S3_REGION has the wrong form'],
  ])('refuses %j', (env, told) => {
    expect(() => read(env)).toThrow(told);
    expect(() => read(env)).toThrow(/^(?!.*hunter2)/);
  });
});

describe('a Vault', () => {
  let dir: string;
  let whole: Record<string, string>;
  beforeEach(async () => {
    const certificates = await makeCertificates();
    dir = certificates.dir;
    whole = {
      VAULT_ADDRESS: 'https://vault:8200',
      VAULT_CA_FILE: certificates.server.ca,
      VAULT_ROLE_ID_FILE: join(dir, 'role-id'),
      VAULT_SECRET_ID_FILE: join(dir, 'secret-id'),
    };
    writeFileSync(join(dir, 'role-id'), 'a-role\n');
    writeFileSync(join(dir, 'secret-id'), 'hunter2\n');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test('is none by default', () => {
    expect(readConfig(needed).vault).toBeUndefined();
  });

  test('is what the four variables say; the secret id stays in its file', () => {
    const { vault } = readConfig({ ...needed, ...whole });
    expect(vault).toMatchObject({
      address: 'https://vault:8200',
      roleId: 'a-role',
      secretIdFile: join(dir, 'secret-id'),
    });
    expect(JSON.stringify(vault)).not.toContain('hunter2');
  });

  test.each([
    [{ VAULT_ADDRESS: '' }, 'VAULT_ADDRESS must be set with the other variables of Vault'],
    [{ VAULT_CA_FILE: '' }, 'VAULT_CA_FILE must be set'],
    [{ VAULT_ROLE_ID_FILE: '' }, 'VAULT_ROLE_ID_FILE must be set'],
    [{ VAULT_SECRET_ID_FILE: '' }, 'VAULT_SECRET_ID_FILE must be set'],
    [{ VAULT_ADDRESS: 'http://vault:8200' }, 'VAULT_ADDRESS has the wrong form'],
    [{ VAULT_ADDRESS: 'https://user:hunter2@vault' }, 'VAULT_ADDRESS has the wrong form'],
    [{ VAULT_ADDRESS: 'https://vault/v1' }, 'VAULT_ADDRESS has the wrong form'],
    [{ VAULT_ADDRESS: 'https://vault:99999' }, 'VAULT_ADDRESS has the wrong form'],
    [{ VAULT_CA_FILE: import.meta.filename }, 'VAULT_CA_FILE is not a PEM certificate'],
    [{ VAULT_CA_FILE: '/not/there' }, 'VAULT_CA_FILE cannot be read (ENOENT)'],
    [{ VAULT_ROLE_ID_FILE: import.meta.filename }, 'VAULT_ROLE_ID_FILE must hold one line'],
    [{ VAULT_SECRET_ID_FILE: '/not/there' }, 'VAULT_SECRET_ID_FILE cannot be read (ENOENT)'],
    [{ VAULT_SECRET_ID_FILE: '/dev/null' }, 'VAULT_SECRET_ID_FILE must hold one line'],
  ])('refuses %j', (env, told) => {
    expect(() => readConfig({ ...needed, ...whole, ...env })).toThrow(told);
    expect(() => readConfig({ ...needed, ...whole, ...env })).toThrow(/^(?!.*hunter2)/);
  });
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
