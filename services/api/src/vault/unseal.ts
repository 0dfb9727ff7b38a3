// Opens a sealed Vault with the keys that an operator gave. They stay in memory, and in no message.
import { AstrogateError } from '@astrogate/proto';
import { readHealth, type VaultHealth } from './health.js';
import { refusalOf } from './vault-answer.js';
import type { Answer, VaultWay } from './vault-way.js';

/**
 * Gives Vault the keys (hex or base64) until it opens; keys that others gave before are dropped first, since one wrong
 * one among them would spoil ours. Does nothing to a Vault that is open. Throws AstrogateError `unseal_failed`, and then
 * none of ours is left in Vault's memory; `vault_unavailable`; `cancelled`.
 */
export async function unseal(way: VaultWay, shares: readonly string[], signal?: AbortSignal): Promise<VaultHealth> {
  const before = await readHealth(way, signal);
  if (before.state === 'uninitialised') throw new AstrogateError('vault_unavailable', 'Vault is not initialised');
  if (before.state !== 'sealed') return before;
  const different = [...new Set(shares.map((share) => share.trim()))];
  if (different.length < before.shares.needed) throw tooFew(before.shares.needed, different.length);
  await forget(way, signal);
  try {
    return await give(way, different, signal);
  } catch (error) {
    await forget(way).catch(() => undefined);
    throw error;
  }
}

async function give(way: VaultWay, shares: readonly string[], signal?: AbortSignal): Promise<VaultHealth> {
  for (const key of shares) {
    const answer = await way.ask({ method: 'POST', path: 'sys/unseal', json: { key }, signal });
    if (answer.status !== 200) throw wrongKeys(answer);
    const health = await readHealth(way, signal);
    if (health.state !== 'sealed') return health;
  }
  // Vault counts a key that is given twice, as hex and as base64, once.
  throw new AstrogateError('unseal_failed', 'These keys are too few different ones');
}

/** Vault answers 400 for a key of the wrong form and for keys that do not fit together; older ones 500 for the latter. */
function wrongKeys(answer: Answer): AstrogateError {
  const refusal = refusalOf(answer, 'unseal_failed');
  return answer.status === 400 || answer.status === 500
    ? new AstrogateError('unseal_failed', 'These keys are not those of this Vault', { cause: refusal.cause })
    : refusal;
}

function tooFew(needed: number, given: number): AstrogateError {
  return new AstrogateError('unseal_failed', `Vault needs ${needed} different keys; ${given} were given`);
}

/** Drops the keys given so far. */
async function forget(way: VaultWay, signal?: AbortSignal): Promise<void> {
  await way.ask({ method: 'POST', path: 'sys/unseal', json: { reset: true }, signal });
}
