// An open Vault with our AppRole and the mount in which Astrogate keeps its secrets.
import { createVaultClient, type VaultClient } from '../../src/vault/vault-client.js';
import type { VaultPlace } from '../../src/vault/vault-place.js';
import { until } from '../running-api.js';
import { initialise, type Operator } from './operator.js';
import type { RunningVault } from './running-vault.js';

export interface ReadyVault {
  readonly vault: RunningVault;
  readonly operator: Operator;
  readonly place: VaultPlace;
  readonly client: VaultClient;
  /** Writes secrets of Astrogate's, each under its path. */
  keep(...paths: string[]): Promise<void>;
  /** Whether the secret of this path is there. */
  has(path: string): Promise<boolean>;
}

const patient = () => AbortSignal.timeout(45_000);

/** `dir` is for the secret id. */
export async function makeReady(vault: RunningVault, dir: string): Promise<ReadyVault> {
  const stranger = createVaultClient({ address: vault.address, ca: vault.ca, roleId: 'none', secretIdFile: dir });
  await stranger.waitUntil('uninitialised', patient());
  const operator = await initialise(vault);
  await stranger.unseal(operator.keys.slice(0, 2));
  await stranger.waitUntil('active', patient());
  const place = await operator.makeAppRole(dir);
  await operator.ask('POST', 'sys/mounts/astrogate', { type: 'kv', options: { version: '2' } });
  const write = async (path: string) =>
    (await operator.ask('POST', `astrogate/data/${path}`, { data: { value: path } })).status === 200;
  return {
    ...{ vault, operator, place, client: createVaultClient(place) },
    async keep(...paths) {
      // An engine of version 2 that was just mounted takes a moment until it can be written.
      for (const path of paths) await until(() => write(path));
    },
    has: async (path) => (await operator.ask('GET', `astrogate/data/${path}`)).status === 200,
  };
}
