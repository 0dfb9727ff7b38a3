// Where Vault (or OpenBao) is and who we are there: the variables and what is made of them. Reads two small files.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError, text, type Values } from '@astrogate/common';

const fileOrNone = { default: '', pattern: /^(?:\/.*)?$/, range: 'path of a readable file, or empty' };

export const vaultVariables = {
  VAULT_ADDRESS: text({
    default: '',
    pattern: /^(?:https:\/\/(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:]+\])(?::\d{1,5})?)?$/,
    range: 'https://host:port, or empty',
    doc: 'Vault or OpenBao that backups hold and admin jobs look after; empty: there is none',
  }),
  VAULT_CA_FILE: text({ ...fileOrNone, doc: "authority of Vault's own certificate, PEM; no other is trusted" }),
  VAULT_ROLE_ID_FILE: text({ ...fileOrNone, doc: 'file with the role id of our AppRole' }),
  VAULT_SECRET_ID_FILE: text({
    ...fileOrNone,
    doc: 'file with a secret id of that AppRole; read at each login, so it may be replaced while the api runs',
  }),
};

export interface VaultPlace {
  /** "https://host:port". */
  readonly address: string;
  /** PEM; the only authority that is trusted there. */
  readonly ca: string;
  readonly roleId: string;
  /** Its content is a secret and is read at each login. */
  readonly secretIdFile: string;
}

/** Undefined when there is no Vault. Throws ConfigError when only a part is set or a file cannot be used. */
export function toVaultPlace(values: Values<typeof vaultVariables>): VaultPlace | undefined {
  const names = Object.keys(vaultVariables) as (keyof typeof vaultVariables)[];
  const missing = names.filter((name) => values[name] === '');
  if (missing.length === names.length) return undefined;
  if (missing.length > 0) throw new ConfigError(`${missing[0]} must be set with the other variables of Vault`);
  if (!URL.canParse(values.VAULT_ADDRESS)) throw new ConfigError('VAULT_ADDRESS has the wrong form');
  readLine('VAULT_SECRET_ID_FILE', values.VAULT_SECRET_ID_FILE);
  return {
    address: new URL(values.VAULT_ADDRESS).origin,
    ca: readCertificate(values.VAULT_CA_FILE),
    roleId: readLine('VAULT_ROLE_ID_FILE', values.VAULT_ROLE_ID_FILE),
    secretIdFile: values.VAULT_SECRET_ID_FILE,
  };
}

function readCertificate(file: string): string {
  const pem = read('VAULT_CA_FILE', file);
  try {
    new X509Certificate(pem);
  } catch {
    throw new ConfigError('VAULT_CA_FILE is not a PEM certificate');
  }
  return pem;
}

/** What the file holds, without the line end; throws ConfigError, which never repeats it. */
function readLine(name: string, file: string): string {
  const line = read(name, file).trim();
  if (!/^[\x21-\x7e]{1,4096}$/.test(line)) throw new ConfigError(`${name} must hold one line without spaces`);
  return line;
}

function read(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${name} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
