// What the command takes from its environment. Options on the command line come first.
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { readVariables, text } from '@astrogate/common';

const certificate = (doc: string) => text({ default: '', range: 'path of a PEM file', doc });

const urlVariables = {
  ASTROGATE_URL: text({
    default: 'http://127.0.0.1:8080',
    pattern: /^https?:\/\/[^\s?#]+$/,
    range: 'http or https URL',
    doc: 'server that the command talks to',
  }),
};

const ownerVariables = {
  ASTROGATE_OWNER_FILE: text({
    default: '',
    pattern: /^(?:\/.*)?$/,
    range: 'absolute path, or empty',
    doc: 'file with the secret that your jobs are listed by, made when it is needed; empty: ~/.config/astrogate/owner',
  }),
};

const keyVariables = {
  ASTROGATE_API_KEY_FILE: text({
    default: '',
    range: 'path, or empty',
    doc: 'file with an API key to send; empty: the one that `astrogate login` has kept for the server',
  }),
};

const opsVariables = {
  ASTROGATE_OPS_ADDRESS: text({
    default: 'localhost:7443',
    pattern: /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:]+\]):\d{1,5}$/,
    range: 'host:port',
    doc: 'solver that `astrogate ops` talks to, by a name that its certificate carries',
  }),
  ASTROGATE_OPS_CA: certificate('authority of the inner channel'),
  ASTROGATE_OPS_CERT: certificate('ops client certificate'),
  ASTROGATE_OPS_KEY: certificate('key of that certificate'),
};

export const cliVariables = { ...urlVariables, ...ownerVariables, ...keyVariables, ...opsVariables };

export interface OpsDefaults {
  readonly address: string;
  /** Empty when not given. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Server of the public api. Throws ConfigError. */
export function urlFromEnvironment(env: NodeJS.ProcessEnv = process.env): string {
  return readVariables(urlVariables, 'ASTROGATE_URL', env).ASTROGATE_URL;
}

/** Path of the owner's secret. Throws ConfigError. */
export function ownerFileFromEnvironment(env: NodeJS.ProcessEnv = process.env): string {
  const given = readVariables(ownerVariables, 'ASTROGATE_OWNER_', env).ASTROGATE_OWNER_FILE;
  return given === '' ? join(homedir(), '.config', 'astrogate', 'owner') : given;
}

/** The file with a key that was `given`, or empty, and the file in which keys are `kept`. Throws ConfigError. */
export function apiKeyFilesFromEnvironment(env: NodeJS.ProcessEnv = process.env): { given: string; kept: string } {
  const given = readVariables(keyVariables, 'ASTROGATE_API_KEY_', env).ASTROGATE_API_KEY_FILE;
  return { given, kept: join(dirname(ownerFileFromEnvironment(env)), 'keys.json') };
}

/** Solver and certificate of `astrogate ops`. Throws ConfigError. */
export function opsFromEnvironment(env: NodeJS.ProcessEnv = process.env): OpsDefaults {
  const values = readVariables(opsVariables, 'ASTROGATE_OPS_', env);
  return {
    address: values.ASTROGATE_OPS_ADDRESS,
    ca: values.ASTROGATE_OPS_CA,
    cert: values.ASTROGATE_OPS_CERT,
    key: values.ASTROGATE_OPS_KEY,
  };
}
