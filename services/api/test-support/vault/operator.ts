// What the person who looks after Vault does, over the same API: initialise, open, policy, AppRole, a secret to look at.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { VaultPlace } from '../../src/vault/vault-place.js';
import { createVaultWay } from '../../src/vault/vault-way.js';
import type { RunningVault } from './running-vault.js';

/** As deploy/vault describes it. */
export const ourPolicy = readFileSync(
  join(dirname(fileURLToPath(import.meta.url)), '../../../../deploy/vault/astrogate.hcl'),
  'utf8',
);

export interface Operator {
  readonly keys: readonly string[];
  /** Any request with a token, the root token by default; answers status and JSON. */
  ask(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    json?: object,
    token?: string,
  ): Promise<{ status: number; json: unknown }>;
  write(value: string): Promise<void>;
  read(): Promise<string | undefined>;
  /** Policy and AppRole as deploy/vault describes them; the secret id is written into `dir`. */
  makeAppRole(dir: string, ttl?: string): Promise<VaultPlace>;
}

/** Initialises an empty Vault with 3 keys of which 2 are needed; it is sealed then. */
export async function initialise(vault: RunningVault): Promise<Operator> {
  const way = createVaultWay(vault);
  const init = await way.ask({ method: 'POST', path: 'sys/init', json: { secret_shares: 3, secret_threshold: 2 } });
  if (init.status !== 200) throw new Error(`not initialised: ${JSON.stringify(init)}`);
  const { keys, root_token: root } = init.json as { keys: string[]; root_token: string };
  const ask: Operator['ask'] = (method, path, json, token = root) =>
    way.ask({ method, path, token, ...(json && { json }) });
  const must: Operator['ask'] = async (...question) => {
    const answer = await ask(...question);
    if (answer.status > 299) throw new Error(`${question[1]}: ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    keys,
    ask,
    write: async (value) => void (await must('POST', 'secret/astrogate', { value })),
    read: async () => {
      const { json } = await must('GET', 'secret/astrogate');
      return (json as { data: { value: string } }).data.value;
    },
    async makeAppRole(dir, ttl = '10m') {
      await must('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '1' } });
      await must('POST', 'sys/policies/acl/astrogate', { policy: ourPolicy });
      await must('POST', 'sys/auth/approle', { type: 'approle' });
      const role = { token_policies: ['astrogate'], token_no_default_policy: true, token_ttl: ttl };
      await must('POST', 'auth/approle/role/astrogate', role);
      const { json: id } = await must('GET', 'auth/approle/role/astrogate/role-id');
      const { json: secret } = await must('POST', 'auth/approle/role/astrogate/secret-id', {});
      const secretIdFile = join(dir, 'secret-id');
      writeFileSync(secretIdFile, `${(secret as { data: { secret_id: string } }).data.secret_id}\n`, { mode: 0o600 });
      const roleId = (id as { data: { role_id: string } }).data.role_id;
      return { address: vault.address, ca: vault.ca, roleId, secretIdFile };
    },
  };
}
