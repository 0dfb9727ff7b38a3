// Replaces all that Vault keeps by a snapshot. Vault answers before it does so, and closes itself when the snapshot has
// other unseal keys or does not fit; so the token that asked tells how it went.
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { AstrogateError } from '@astrogate/proto';
import type { Proof } from './proof.js';
import { refusalOf } from './vault-answer.js';
import type { VaultWay } from './vault-way.js';

export interface Restored {
  /** `sealed`: it needs the snapshot's unseal keys now, and `isApplied` must be asked after that. */
  readonly state: 'active' | 'sealed';
  /**
   * Whether the snapshot is what Vault keeps now; undefined: that cannot be known any more, and it is to be sent again.
   * Throws AstrogateError `vault_sealed`, `vault_unavailable`.
   */
  isApplied(signal?: AbortSignal): Promise<boolean | undefined>;
}

/** How long Vault may take to put a snapshot in place after it has it all. */
const applyMs = 5 * 60_000;
const pauseMs = 200;

/**
 * Sends the snapshot and waits until it is in place, or Vault is sealed. `proof` must have been made for this.
 * Throws AstrogateError: `snapshot_rejected`, and then Vault keeps what it had; `vault_denied`, `vault_sealed`, what
 * `content` throws; `vault_unavailable` and `cancelled`, after which it is not known which of both Vault keeps.
 */
export async function restore(way: VaultWay, proof: Proof, content: Readable, signal?: AbortSignal): Promise<Restored> {
  const over = new AbortController();
  void proof.keep(over.signal);
  try {
    if ((await proof.isForgotten(signal)) !== false) throw new AstrogateError('vault_denied');
    const path = 'sys/storage/raft/snapshot-force';
    const answer = await way.ask({ method: 'POST', path, token: proof.token, content, signal });
    if (answer.status === 400 || answer.status === 500) {
      const { code, cause } = refusalOf(answer, 'snapshot_rejected');
      throw new AstrogateError(code === 'vault_sealed' ? code : 'snapshot_rejected', undefined, { cause });
    }
    if (answer.status < 200 || answer.status > 299) throw refusalOf(answer);
    return { state: await settle(proof, signal), isApplied: proof.isForgotten };
  } finally {
    over.abort();
  }
}

async function settle({ isForgotten }: Proof, signal?: AbortSignal): Promise<Restored['state']> {
  const over = AbortSignal.any([AbortSignal.timeout(applyMs), ...(signal ? [signal] : [])]);
  let isApplied: boolean | undefined = false;
  while (isApplied === false && !over.aborted) {
    try {
      isApplied = await isForgotten(over);
    } catch (error) {
      if (error instanceof AstrogateError && error.code === 'vault_sealed') return 'sealed';
    }
    if (isApplied) return 'active';
    await pause(pauseMs, undefined, { signal: over }).catch(() => undefined);
  }
  if (signal?.aborted) throw new AstrogateError('cancelled');
  const why = isApplied === undefined ? 'our token lapsed before that was proved' : 'it was not in place in time';
  throw new AstrogateError('vault_unavailable', `Vault took the snapshot, but ${why}`);
}
