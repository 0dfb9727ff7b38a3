// Waits until Vault is ready, by asking it, and opens it with the keys that the operator gave for this job.
import { AstrogateError } from '@astrogate/proto';
import type { VaultClient } from '../../vault/vault-client.js';
import type { StepContext, StepResult } from '../plan.js';
import { keysOf } from '../unseal-keys.js';

/** A start takes seconds, and tens of them where its storage is large. */
export const readyMs = 120_000;

interface Vault {
  readonly client: Pick<VaultClient, 'waitUntil' | 'unseal'>;
  readonly alias: string;
}

/** `done`: it is open. Else it waits for keys, or for somebody who opens it by hand. Throws `vault_unavailable`. */
export async function openVault({ client, alias }: Vault, step: StepContext): Promise<StepResult> {
  const over = AbortSignal.any([step.signal, AbortSignal.timeout(readyMs)]);
  const { state, shares } = await client.waitUntil(['sealed', 'active'], over);
  if (state === 'active') return 'done';
  const keys = keysOf(step.gift);
  if (keys.length === 0) return wait(`Vault is sealed and needs ${shares.needed} of its unseal keys`);
  try {
    await client.unseal(keys, over);
  } catch (error) {
    // Tried again, wrong keys stay wrong.
    if (error instanceof AstrogateError && error.code === 'unseal_failed') return wait(error.message);
    throw error;
  }
  await client.waitUntil('active', over);
  return 'done';

  function wait(why: string): StepResult {
    const commands = [`docker compose exec ${alias} vault operator unseal`];
    return { wait: 'operator', commands, why: `${why}; give them to this job, or unseal it by hand` };
  }
}
