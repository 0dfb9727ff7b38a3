// Whether Vault can be backed up and restored now, before anything is changed.
import { AstrogateError } from '@astrogate/proto';
import type { VaultClient } from '../../vault/vault-client.js';

/** Throws `invalid_request` without a Vault, `vault_sealed`, `vault_unavailable`, `vault_denied`. */
export async function needVault(vault: VaultClient | undefined, signal?: AbortSignal): Promise<VaultClient> {
  if (!vault) throw new AstrogateError('invalid_request', 'This server has no Vault: VAULT_ADDRESS is not set');
  const { state } = await vault.health(signal);
  if (state === 'sealed') throw new AstrogateError('vault_sealed');
  if (state !== 'active') throw new AstrogateError('vault_unavailable', `Vault is ${state}`);
  await vault.login(signal);
  return vault;
}
