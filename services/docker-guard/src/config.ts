// Environment variables of the guard: the only reader of process.env in this service.
import { ConfigError, integer, list, logLevels, oneOf, readVariables, text, type Values } from '@astrogate/common';
import { parseTargets, type Targets, targetItemPattern } from '@astrogate/sandbox-spec';

const absolutePath = /^\/[^\0]*[^/\0]$/;

export const guardVariables = {
  GUARD_DOCKER_SOCKET: text({
    default: '/var/run/docker.sock',
    doc: 'socket of the Docker Engine',
    pattern: absolutePath,
    range: 'absolute path',
  }),
  GUARD_LISTEN: text({
    doc: 'socket that the guard makes for the solver, mode 0660',
    // sun_path has 108 bytes, one of them NUL.
    pattern: /^\/[^\0]{0,105}[^/\0]$/,
    range: 'absolute path of at most 107 bytes',
  }),
  GUARD_GROUP: text({
    default: '',
    doc: 'group that may connect; empty: the one that the guard runs as',
    pattern: /^(|0|[1-9]\d{0,8})$/,
    range: 'numeric group id',
  }),
  GUARD_SANDBOX_IMAGE: text({
    doc: 'the one image that may be used; resolved to its id once, at start',
    pattern: /^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,254}$/,
    range: 'name of an image',
  }),
  GUARD_INDEX_DIR: text({
    default: '',
    doc: 'as SOLVER_INDEX_DIR',
    pattern: /^$|^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/,
    range: 'absolute path of plain characters',
  }),
  GUARD_TARGETS: list({
    default: '',
    doc: 'containers that may be stopped, started, restarted and reloaded: as SOLVER_TARGETS',
    pattern: targetItemPattern,
    range: 'alias=label:value,…',
  }),
  GUARD_MAX_CONTAINERS: integer({
    min: 1,
    max: 1024,
    // Per slot one that works, one that is warm and one that is being removed: enough for 21 cores.
    default: '64',
    doc: 'sandboxes of the solver at once; three per slot',
  }),
  GUARD_CREATES_PER_MINUTE: integer({
    min: 1,
    max: 60_000,
    // The fastest solves take a quarter of a second of a core: two cores start 480 a minute at most.
    default: '600',
    doc: 'sandboxes created per minute; one per attempt',
  }),
  GUARD_LOG_LEVEL: oneOf({ values: logLevels, default: 'info', doc: 'least level that is logged' }),
};

export type GuardConfig = ReturnType<typeof toConfig>;

/** Reads the configuration from `env`. Throws ConfigError with one line when it cannot be used. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): GuardConfig {
  return toConfig(readVariables(guardVariables, 'GUARD_', env));
}

function toConfig(values: Values<typeof guardVariables>) {
  return Object.freeze({
    dockerSocket: values.GUARD_DOCKER_SOCKET,
    listen: values.GUARD_LISTEN,
    group: values.GUARD_GROUP === '' ? undefined : Number(values.GUARD_GROUP),
    sandboxImage: values.GUARD_SANDBOX_IMAGE,
    indexDir: values.GUARD_INDEX_DIR === '' ? undefined : values.GUARD_INDEX_DIR,
    targets: readTargets(values.GUARD_TARGETS),
    limits: {
      maxContainers: values.GUARD_MAX_CONTAINERS,
      createsPerMinute: values.GUARD_CREATES_PER_MINUTE,
    },
    logLevel: values.GUARD_LOG_LEVEL,
  });
}

function readTargets(items: readonly string[]): Targets {
  try {
    return parseTargets(items);
  } catch (error) {
    throw new ConfigError(`GUARD_TARGETS ${(error as RangeError).message}`);
  }
}
