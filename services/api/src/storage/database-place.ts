// Which database the configuration names: the embedded one in a directory, or a server by its URL, which is a secret.
import { readFileSync } from 'node:fs';
import { ConfigError } from '@astrogate/common';
import type { DatabasePlace } from './database.js';

/** Or nothing. */
export const databaseUrlPattern = /^(?:postgres(?:ql)?:\/\/\S+)?$/;

/** Each is empty when it is not set. Throws ConfigError. */
export function toDatabasePlace({
  stateDir,
  url,
  urlFile,
}: {
  stateDir: string;
  url: string;
  urlFile: string;
}): DatabasePlace {
  if (url !== '' && urlFile !== '') throw new ConfigError('only one of DATABASE_URL and DATABASE_URL_FILE may be set');
  if (url !== '') return { url: checkUrl('DATABASE_URL', url) };
  if (urlFile !== '') return { url: readDatabaseUrl(urlFile) };
  if (stateDir === '') throw new ConfigError('API_STATE_DIR must be set, or DATABASE_URL_FILE or DATABASE_URL');
  return { stateDir };
}

/** What a password holds unescaped would become host, port or path, and stand in messages. */
function checkUrl(name: string, url: string): string {
  if (URL.canParse(url) && !url.includes('#')) return url;
  throw new ConfigError(`${name} is no URL; in a password write / as %2F, # as %23, @ as %40 and : as %3A`);
}

function readDatabaseUrl(file: string): string {
  let url: string;
  try {
    url = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`DATABASE_URL_FILE cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  if (url === '' || !databaseUrlPattern.test(url)) throw new ConfigError('DATABASE_URL_FILE holds no postgres:// URL');
  return checkUrl('DATABASE_URL_FILE', url);
}
