// Environment variables of the solver: the only reader of process.env in this service.
import { availableParallelism } from 'node:os';
import {
  ConfigError,
  file,
  integer,
  list,
  logLevels,
  oneOf,
  readVariables,
  text,
  type Values,
} from '@astrogate/common';
import { parseTargets, type Targets, targetItemPattern } from '@astrogate/sandbox-spec';
import { type EngineEndpoint, parseEndpoint } from './sandbox/endpoint.js';

const identity = /^spiffe:\/\/[a-z0-9.-]+(\/[A-Za-z0-9._-]+)+$/;

export const solverVariables = {
  SOLVER_HOST: text({ default: '127.0.0.1', doc: 'address to listen on' }),
  SOLVER_PORT: integer({ min: 0, max: 65_535, default: '7443', doc: 'port to listen on; 0 takes any free one' }),
  SOLVER_TLS_CA_FILE: file({ doc: 'authority of the inner channel, PEM' }),
  SOLVER_TLS_CERT_FILE: file({ doc: 'server certificate, PEM' }),
  SOLVER_TLS_KEY_FILE: file({ doc: 'key of the server certificate, PEM' }),
  SOLVER_DOCKER_HOST: text({
    default: 'unix:///var/run/docker.sock',
    doc: 'where the Docker Engine, or the guard in front of it, listens',
    pattern: /^(unix:\/\/\/.+|tcp:\/\/[^/:]+:(?!0)\d{1,4}|tcp:\/\/[^/:]+:[1-6]\d{4})$/,
    range: 'unix:///PATH | tcp://HOST:PORT',
  }),
  SOLVER_DOCKER: oneOf({
    values: ['on', 'off'],
    default: 'on',
    doc: 'off: there is no Docker Engine; the solver starts, solves nothing and acts on no target',
  }),
  SOLVER_SANDBOX_IMAGE: text({ doc: 'image of the sandbox; resolved to its id once, at start' }),
  SOLVER_STATE_DIR: text({ doc: 'directory in which the solver keeps its instance id; one solver at a time' }),
  SOLVER_SLOTS: integer({ min: 0, max: 256, default: '0', doc: 'attempts at once; 0 is the number of cores' }),
  SOLVER_MAX_WAITING: integer({ min: 0, max: 10_000, default: '64', doc: 'attempts that may wait for a slot' }),
  SOLVER_MAX_WAIT_SECONDS: integer({ min: 0, max: 600, default: '60', doc: 'longest wait for a slot' }),
  SOLVER_MAX_UPLOAD_BYTES: integer({ min: 1, max: 209_715_200, default: '52428800', doc: 'largest upload' }),
  SOLVER_MAX_PIXELS: integer({
    min: 10_000,
    max: 1_000_000_000,
    default: '100000000',
    // 16-bit grey of 100 million pixels is 200 MB and fits into a tmpfs of the sandbox; no usual camera has more.
    doc: 'largest picture that is decoded, in pixels',
  }),
  SOLVER_ALLOW_RAW: oneOf({ values: ['off', 'on'], default: 'off', doc: 'whether camera raw files are read' }),
  SOLVER_INDEX_DIR: text({
    default: '',
    pattern: /^$|^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/,
    range: 'absolute path of plain characters',
    doc: 'host directory of further star indexes; empty: only those of the image',
  }),
  SOLVER_TARGETS: list({
    default: '',
    doc: 'containers that admin calls may act on: ALIAS=LABEL:VALUE, comma-separated',
    pattern: targetItemPattern,
    range: 'alias=label:value,…',
  }),
  SOLVER_API_IDENTITY: text({ default: 'spiffe://astrogate/api', doc: 'URI SAN of the api', pattern: identity }),
  SOLVER_OPS_IDENTITY: text({ default: 'spiffe://astrogate/ops', doc: 'URI SAN of operators', pattern: identity }),
  SOLVER_GRACE_SECONDS: integer({ min: 0, max: 900, default: '30', doc: 'time for running attempts after SIGTERM' }),
  SOLVER_LOG_LEVEL: oneOf({ values: logLevels, default: 'info', doc: 'least level that is logged' }),
};

export type SolverConfig = ReturnType<typeof toConfig>;

/** Reads the configuration from `env`. Throws ConfigError with one line when it cannot be used. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): SolverConfig {
  return toConfig(readVariables(solverVariables, 'SOLVER_', env));
}

function toConfig(values: Values<typeof solverVariables>) {
  if (values.SOLVER_API_IDENTITY === values.SOLVER_OPS_IDENTITY) {
    throw new ConfigError('SOLVER_API_IDENTITY and SOLVER_OPS_IDENTITY must differ');
  }
  return Object.freeze({
    host: values.SOLVER_HOST,
    port: values.SOLVER_PORT,
    tls: {
      ca: values.SOLVER_TLS_CA_FILE,
      cert: values.SOLVER_TLS_CERT_FILE,
      key: values.SOLVER_TLS_KEY_FILE,
    },
    engine: parseEndpoint(values.SOLVER_DOCKER_HOST) as EngineEndpoint,
    hasEngine: values.SOLVER_DOCKER === 'on',
    sandboxImage: values.SOLVER_SANDBOX_IMAGE,
    stateDir: values.SOLVER_STATE_DIR,
    slots: values.SOLVER_SLOTS === 0 ? availableParallelism() : values.SOLVER_SLOTS,
    maxWaiting: values.SOLVER_MAX_WAITING,
    maxWaitMs: values.SOLVER_MAX_WAIT_SECONDS * 1000,
    maxUploadBytes: values.SOLVER_MAX_UPLOAD_BYTES,
    maxPixels: values.SOLVER_MAX_PIXELS,
    allowRaw: values.SOLVER_ALLOW_RAW === 'on',
    indexDir: values.SOLVER_INDEX_DIR === '' ? undefined : values.SOLVER_INDEX_DIR,
    targets: readTargets(values.SOLVER_TARGETS),
    identities: { api: values.SOLVER_API_IDENTITY, ops: values.SOLVER_OPS_IDENTITY },
    graceMs: values.SOLVER_GRACE_SECONDS * 1000,
    logLevel: values.SOLVER_LOG_LEVEL,
  });
}

/** `items` are "alias=label:value", as their pattern demands. */
function readTargets(items: readonly string[]): Targets {
  try {
    return parseTargets(items);
  } catch (error) {
    throw new ConfigError(`SOLVER_TARGETS ${(error as RangeError).message}`);
  }
}
