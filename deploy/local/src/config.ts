// What a development run takes from its environment.
import { integer, readVariables } from '@astrogate/common';

export const localVariables = {
  ASTROGATE_PORT: integer({
    min: 0,
    max: 65_535,
    default: '8080',
    doc: 'Port that `npm start` serves on, at 127.0.0.1; 0 takes any free one',
  }),
};

/** Port for the api. Throws ConfigError. */
export function portFromEnvironment(): number {
  return readVariables(localVariables, 'ASTROGATE_PORT', process.env).ASTROGATE_PORT;
}

/** The engine that the user chose, as the docker command understands it. */
export function dockerHostFromEnvironment(): string | undefined {
  return process.env.DOCKER_HOST || undefined;
}

/** The PostgreSQL server that the user chose for the api's jobs, in the two variables that the api reads. */
export function databaseFromEnvironment(): NodeJS.ProcessEnv {
  const { DATABASE_URL, DATABASE_URL_FILE } = process.env;
  return { ...(DATABASE_URL && { DATABASE_URL }), ...(DATABASE_URL_FILE && { DATABASE_URL_FILE }) };
}

/** What every program that we start gets, beside what it is given. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}
