// Replaces all that Vault keeps by a snapshot. Vault answers before it does so, and closes itself when the snapshot has
// other unseal keys or does not fit; so the token that asked, which is younger than any snapshot, tells how it went.
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { AstrogateError } from '@astrogate/proto';
import { refusalOf } from './vault-answer.js';
import type { VaultWay } from './vault-way.js';

export interface Restored {
  /** `sealed`: it needs the snapshot's unseal keys now, and `isApplied` must be asked after that. */
  readonly state: 'active' | 'sealed';
  /** Whether the snapshot is what Vault keeps now. Throws AstrogateError `vault_sealed`, `vault_unavailable`. */
  isApplied(signal?: AbortSignal): Promise<boolean>;
}

/** How long Vault may take to put a snapshot in place after it has it all. */
const applyMs = 5 * 60_000;
const pauseMs = 200;

/**
 * Sends the snapshot and waits until it is in place, or Vault is sealed. `token` must have been made for this.
 * Throws AstrogateError: `snapshot_rejected`, and then Vault keeps what it had; `vault_denied`, `vault_sealed`, what
 * `content` throws; `vault_unavailable` and `cancelled`, after which it is not known which of both Vault keeps.
 */
export async function restore(
  way: VaultWay,
  token: string,
  content: Readable,
  signal?: AbortSignal,
): Promise<Restored> {
  if (await isForgotten(way, token, signal)) throw new AstrogateError('vault_denied');
  const path = 'sys/storage/raft/snapshot-force';
  const answer = await way.ask({ method: 'POST', path, token, content, signal });
  if (answer.status === 400 || answer.status === 500) {
    const { code, cause } = refusalOf(answer, 'snapshot_rejected');
    throw new AstrogateError(code === 'vault_sealed' ? code : 'snapshot_rejected', undefined, { cause });
  }
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer);
  const isApplied = (given?: AbortSignal) => isForgotten(way, token, given);
  return { state: await settle(isApplied, signal), isApplied };
}

async function settle(isApplied: Restored['isApplied'], signal?: AbortSignal): Promise<Restored['state']> {
  const over = AbortSignal.any([AbortSignal.timeout(applyMs), ...(signal ? [signal] : [])]);
  while (!over.aborted) {
    try {
      if (await isApplied(over)) return 'active';
    } catch (error) {
      if (error instanceof AstrogateError && error.code === 'vault_sealed') return 'sealed';
    }
    await pause(pauseMs, undefined, { signal: over }).catch(() => undefined);
  }
  if (signal?.aborted) throw new AstrogateError('cancelled');
  throw new AstrogateError('vault_unavailable', 'Vault took the snapshot but did not put it in place in time');
}

/** Whether Vault does not know `token`. */
async function isForgotten(way: VaultWay, token: string, signal?: AbortSignal): Promise<boolean> {
  const answer = await way.ask({ method: 'GET', path: 'auth/token/lookup-self', token, signal });
  if (answer.status === 403) return true;
  if (answer.status === 200) return false;
  throw refusalOf(answer);
}
