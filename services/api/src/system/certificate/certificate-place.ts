// Where the system certificate lies and is served: the variables, and what is made of them.
import { ConfigError, list, text, type Values } from '@astrogate/common';
import { isServerName } from './names.js';
import type { ServingPlace } from './served.js';

export const certificateVariables = {
  API_CERTIFICATE_DIR: text({
    default: '',
    pattern: /^(?:\/.*)?$/,
    range: 'absolute path, or empty',
    doc: 'directory of the system certificate, whose current/fullchain.pem and current/privkey.pem the TLS server reads; shared by all apis on one database; empty: none is looked after',
  }),
  API_CERTIFICATE_SERVED: text({
    default: '',
    pattern: /^(?:(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:]+\]):\d{1,5})?$/,
    range: 'host:port, or empty',
    doc: 'where the api sees which certificate that server shows',
  }),
  API_CERTIFICATE_NAMES: list({
    default: '',
    pattern: /^[A-Za-z0-9.:*-]{1,253}$/,
    range: 'comma-separated names and addresses',
    doc: 'names of that server: the first is the one that is looked at, all are in certificates that Astrogate makes',
  }),
};

export interface CertificatePlace {
  readonly root: string;
  readonly place: ServingPlace;
  readonly names: readonly string[];
}

/** Undefined: no certificate is looked after. Throws ConfigError when only a part is set. */
export function toCertificatePlace(values: Values<typeof certificateVariables>): CertificatePlace | undefined {
  const { API_CERTIFICATE_DIR: root, API_CERTIFICATE_SERVED: served, API_CERTIFICATE_NAMES: names } = values;
  const [serverName] = names;
  if (root === '' && served === '' && serverName === undefined) return undefined;
  if (root === '' || served === '' || serverName === undefined)
    throw new ConfigError('API_CERTIFICATE_DIR, API_CERTIFICATE_SERVED and API_CERTIFICATE_NAMES are set together');
  const wrong = names.find((name) => !isServerName(name));
  if (wrong !== undefined) throw new ConfigError(`API_CERTIFICATE_NAMES has ${wrong}, which is no name of a server`);
  if (serverName.startsWith('*')) throw new ConfigError('API_CERTIFICATE_NAMES must begin with a name without *');
  const colon = served.lastIndexOf(':');
  const [host, port] = [served.slice(0, colon).replace(/^\[|\]$/g, ''), Number(served.slice(colon + 1))];
  if (port < 1 || port > 65_535) throw new ConfigError('API_CERTIFICATE_SERVED must have a port between 1 and 65535');
  return Object.freeze({ root, place: { host, port, serverName }, names });
}
