// A token that is made for one restore and that only we know. It is younger than the snapshot: a Vault that does not know it
// any more keeps the snapshot, as long as it has not lapsed.
import { setTimeout as pause } from 'node:timers/promises';
import { renew } from './session.js';
import type { Token } from './token.js';
import { refusalOf } from './vault-answer.js';
import type { VaultWay } from './vault-way.js';

export interface Proof {
  readonly token: string;
  /**
   * Whether Vault does not know the token; undefined: nor would it without the snapshot, since the token may have lapsed.
   * Throws AstrogateError `vault_sealed`, `vault_unavailable`, `cancelled`.
   */
  isForgotten(signal?: AbortSignal): Promise<boolean | undefined>;
  /** Renews the token until the signal fires. Never rejects. */
  keep(signal: AbortSignal): Promise<void>;
}

/** A timer has no room for months. */
const longestPauseMs = 60_000;

export function createProof(way: VaultWay, made: Token, now: () => number): Proof {
  let kept = made;
  const token = made.value;
  const mayHaveLapsed = () => kept.leaseMs > 0 && now() >= kept.since + kept.leaseMs;
  return {
    token,
    async isForgotten(signal) {
      const answer = await way.ask({ method: 'GET', path: 'auth/token/lookup-self', token, signal });
      if (answer.status === 403) return mayHaveLapsed() ? undefined : true;
      if (answer.status === 200) return false;
      throw refusalOf(answer);
    },
    async keep(signal) {
      if (made.leaseMs === 0 || !made.renewable) return;
      while (!signal.aborted) {
        await pause(Math.min(made.leaseMs / 3, longestPauseMs), undefined, { signal }).catch(() => undefined);
        // A Vault that is busy or sealed is asked again.
        if (!signal.aborted) kept = (await renew(way, kept, now, signal).catch(() => undefined)) ?? kept;
      }
    },
  };
}
