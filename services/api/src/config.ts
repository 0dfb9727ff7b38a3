// The api's environment variables and the configuration made of them; the only reader of process.env here.
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import {
  ConfigError,
  file,
  integer,
  type LogLevel,
  list,
  logLevels,
  oneOf,
  readVariables,
  text,
  type Values,
} from '@astrogate/common';
import { readAuditKey } from './audit/checkpoint-key.js';
import { type BackupPlace, backupVariables, toBackupPlace } from './backup/backup-place.js';
import { readTrustedProxies, type TrustedProxies } from './limits/client-address.js';
import { type Quotas, quotaPattern, readQuotas } from './limits/quotas.js';
import { limitPattern, type RouteLimits, readRouteLimits } from './limits/route-limits.js';
import type { BucketPlace } from './spool/bucket-place.js';
import { toBucketServer, toUploadBucket, uploadBucketVariables } from './spool/upload-bucket.js';
import type { DatabasePlace } from './storage/database.js';
import { databaseUrlPattern, toDatabasePlace } from './storage/database-place.js';
import {
  type CertificatePlace,
  certificateVariables,
  toCertificatePlace,
} from './system/certificate/certificate-place.js';
import { toVaultPlace, type VaultPlace, vaultVariables } from './vault/vault-place.js';

const address = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:]+\]):\d{1,5}$/;
/** An address like that, or nothing. */
const addressOrNone = /^(?:(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:]+\]):\d{1,5})?$/;
const pathOrNone = /^(?:\/.*)?$/;
const origin = /^https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?$/;

const runAsVariable = {
  API_RUN_AS: text({
    default: '65531:65531',
    pattern: /^[1-9]\d{0,8}:[1-9]\d{0,8}$/,
    range: 'uid:gid, neither 0',
    doc: 'who to become when started by root',
  }),
};

export const apiVariables = {
  API_HOST: text({ default: '127.0.0.1', doc: 'address to listen on' }),
  API_PORT: integer({ min: 0, max: 65_535, default: '8080', doc: 'port to listen on; 0: any free one' }),
  API_SOLVER_ADDRESS: list({
    pattern: address,
    range: 'comma-separated host:port',
    doc: 'where the solvers listen; a name with several addresses is as many solvers',
  }),
  API_TLS_CA_FILE: file({ doc: 'authority of the inner channel, PEM' }),
  API_TLS_CERT_FILE: file({ doc: "the api's client certificate for the solver, PEM" }),
  API_TLS_KEY_FILE: file({ doc: 'key of that certificate, PEM' }),
  API_STATE_DIR: text({
    default: '',
    pattern: pathOrNone,
    range: 'absolute path, or empty with DATABASE_URL',
    doc: 'directory of the embedded database; one api at a time',
  }),
  DATABASE_URL: text({
    default: '',
    pattern: databaseUrlPattern,
    range: 'postgres://…, or empty',
    doc: 'PostgreSQL server to use instead of the embedded database; better given by DATABASE_URL_FILE',
  }),
  DATABASE_URL_FILE: text({
    default: '',
    pattern: pathOrNone,
    range: 'path of a readable file, or empty',
    doc: 'file that holds such a URL',
  }),
  API_SPOOL_DIR: text({
    pattern: /^\//,
    range: 'absolute path',
    doc: 'directory where uploads arrive; without API_S3_BUCKET they stay there, and apis on one database share it',
  }),
  ...uploadBucketVariables,
  API_MAX_UPLOAD_BYTES: integer({ min: 1024, max: 2 ** 32 - 1, default: '52428800', doc: 'largest upload, bytes' }),
  API_JOB_SECONDS: integer({ min: 1, max: 600, default: '120', doc: 'longest time of an attempt, seconds' }),
  API_QUEUE_LIMIT: integer({ min: 1, max: 100_000, default: '1000', doc: 'most jobs that may wait' }),
  API_KEEP_HOURS: integer({ min: 1, max: 8760, default: '24', doc: 'how long ended jobs are kept, hours' }),
  API_KEEP_BYTES: integer({
    min: 1_048_576,
    max: 2 ** 40,
    default: '1073741824',
    doc: 'what ended jobs may take in the database, bytes; the oldest go first',
  }),
  API_UPLOAD_SECONDS: integer({
    min: 1,
    max: 3600,
    default: '300',
    doc: 'an upload must be complete by then, seconds',
  }),
  API_ANONYMOUS: oneOf({
    values: ['off', 'solve'],
    default: 'off',
    doc: 'what callers without an account may do; solve: solve, and look at the jobs whose id they know',
  }),
  API_MASTER_KEY_FILE: text({
    default: '',
    pattern: pathOrNone,
    range: 'absolute path, or empty with API_STATE_DIR',
    doc: 'key that the secrets in the database are sealed with, of mode 0600, made when it is missing; shared by all apis on one database; empty: master-key in API_STATE_DIR',
  }),
  API_CORS_ORIGINS: list({
    default: '',
    pattern: origin,
    range: 'comma-separated origins such as https://example.org',
    doc: 'web pages of these origins may call the api; empty: none',
  }),
  API_TRUSTED_PROXIES: list({
    default: '',
    pattern: /^[0-9a-fA-F.:]{2,45}(?:\/\d{1,3})?$/,
    range: 'comma-separated networks such as 10.0.0.0/8, or addresses',
    doc: 'proxies whose X-Forwarded-For is believed; empty: none, the client is whoever connects',
  }),
  API_RATE_LIMITS: list({
    default: '',
    pattern: limitPattern,
    range: 'comma-separated class=address/account/seconds',
    doc: 'other limits than those of docs/limits.md: so many requests in so many seconds, by address and by account',
  }),
  API_QUOTAS: list({
    default: '',
    pattern: quotaPattern,
    range: 'comma-separated role=jobs/bytes',
    doc: 'other quotas than those of docs/limits.md: so many jobs and bytes of uploads per caller and day',
  }),
  API_AUDIT_KEY_FILE: text({
    default: '',
    pattern: pathOrNone,
    range: 'path of a readable file, or empty',
    doc: 'Ed25519 key that signs checkpoints of the audit log, PEM; empty: one made from the key in API_MASTER_KEY_FILE',
  }),
  API_METRICS_ADDRESS: text({
    default: '',
    pattern: addressOrNone,
    range: 'host:port, or empty',
    doc: 'where metrics are served, for Prometheus; must be private; empty: nowhere',
  }),
  API_GRACE_SECONDS: integer({ min: 0, max: 600, default: '30', doc: 'time for running jobs at shutdown, seconds' }),
  API_LOG_LEVEL: oneOf({ values: logLevels, default: 'info', doc: 'least level that is logged' }),
  ...backupVariables,
  ...certificateVariables,
  ...vaultVariables,
  ...runAsVariable,
};

export interface ApiConfig {
  readonly host: string;
  readonly port: number;
  /** "host:port", each once, at least one. */
  readonly solverAddresses: readonly string[];
  readonly tlsFiles: { readonly ca: string; readonly cert: string; readonly key: string };
  /** The URL is a secret. */
  readonly database: DatabasePlace;
  readonly spoolDir: string;
  /** Undefined: uploads stay in the spool directory. */
  readonly bucket: BucketPlace | undefined;
  readonly maxUploadBytes: number;
  readonly jobSeconds: number;
  readonly queueLimit: number;
  readonly keepMs: number;
  readonly keepBytes: number;
  readonly uploadSeconds: number;
  readonly anonymous: 'off' | 'solve';
  readonly masterKeyFile: string;
  readonly corsOrigins: readonly string[];
  readonly trustedProxies: TrustedProxies;
  readonly rateLimits: RouteLimits;
  readonly quotas: Quotas;
  /** A private key of Ed25519; undefined: one made from the master key is used. */
  readonly auditKey: KeyObject | undefined;
  readonly backups: BackupPlace;
  /** Undefined: no certificate is looked after. */
  readonly certificate: CertificatePlace | undefined;
  /** Undefined: metrics are served nowhere. */
  readonly metricsAddress: { readonly host: string; readonly port: number } | undefined;
  /** Undefined: there is no Vault. */
  readonly vault: VaultPlace | undefined;
  readonly graceMs: number;
  readonly logLevel: LogLevel;
}

/** Reads the whole configuration. Throws ConfigError. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): ApiConfig {
  return toConfig(readVariables(apiVariables, 'API_', env));
}

/** Who to become before any file is read. Throws ConfigError. */
export function readRunAs(env: NodeJS.ProcessEnv = process.env): { uid: number; gid: number } {
  const [uid, gid] = readVariables(runAsVariable, 'API_RUN_AS', env).API_RUN_AS.split(':').map(Number);
  return { uid: uid as number, gid: gid as number };
}

function toConfig(values: Values<typeof apiVariables>): ApiConfig {
  return Object.freeze({
    host: values.API_HOST,
    port: values.API_PORT,
    solverAddresses: toSolvers(values.API_SOLVER_ADDRESS),
    tlsFiles: { ca: values.API_TLS_CA_FILE, cert: values.API_TLS_CERT_FILE, key: values.API_TLS_KEY_FILE },
    database: toDatabasePlace({
      stateDir: values.API_STATE_DIR,
      url: values.DATABASE_URL,
      urlFile: values.DATABASE_URL_FILE,
    }),
    spoolDir: values.API_SPOOL_DIR,
    bucket: toUploadBucket(values),
    maxUploadBytes: values.API_MAX_UPLOAD_BYTES,
    jobSeconds: values.API_JOB_SECONDS,
    queueLimit: values.API_QUEUE_LIMIT,
    keepMs: values.API_KEEP_HOURS * 3_600_000,
    keepBytes: values.API_KEEP_BYTES,
    uploadSeconds: values.API_UPLOAD_SECONDS,
    anonymous: values.API_ANONYMOUS,
    masterKeyFile: toMasterKeyFile(values),
    corsOrigins: values.API_CORS_ORIGINS,
    trustedProxies: readTrustedProxies(values.API_TRUSTED_PROXIES),
    rateLimits: readRouteLimits(values.API_RATE_LIMITS),
    quotas: readQuotas(values.API_QUOTAS),
    auditKey: values.API_AUDIT_KEY_FILE === '' ? undefined : readAuditKey(values.API_AUDIT_KEY_FILE),
    backups: toBackupPlace(values, toBucketServer(values)),
    certificate: toCertificatePlace(values),
    metricsAddress: toAddress(values.API_METRICS_ADDRESS),
    vault: toVaultPlace(values),
    graceMs: values.API_GRACE_SECONDS * 1000,
    logLevel: values.API_LOG_LEVEL,
  });
}

function toMasterKeyFile({ API_MASTER_KEY_FILE: file, API_STATE_DIR: stateDir }: Values<typeof apiVariables>): string {
  if (file !== '') return file;
  if (stateDir === '') throw new ConfigError('API_MASTER_KEY_FILE must be set where API_STATE_DIR is not');
  return join(stateDir, 'master-key');
}

function toSolvers(names: readonly string[]): readonly string[] {
  if (names.length === 0) throw new ConfigError('API_SOLVER_ADDRESS names no solver');
  return [...new Set(names)];
}

function toAddress(text: string): ApiConfig['metricsAddress'] {
  if (text === '') return undefined;
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  if (port > 65_535) throw new ConfigError('API_METRICS_ADDRESS has no port above 65535');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port };
}
