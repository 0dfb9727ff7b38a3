// The way to Vault or OpenBao: what backups and admin jobs need of it, and no more.
import type { Readable } from 'node:stream';
import { readHealth, type VaultHealth, type VaultState } from './health.js';
import { createProof } from './proof.js';
import { type Restored, restore } from './restore.js';
import { createSession, login } from './session.js';
import { openSnapshot } from './snapshot.js';
import { unseal } from './unseal.js';
import { refusalOf } from './vault-answer.js';
import { type VaultData, vaultData } from './vault-data.js';
import type { VaultPlace } from './vault-place.js';
import { createVaultWay } from './vault-way.js';
import { waitUntil } from './wait-until.js';

export interface VaultClient {
  /** See vault-data.ts. */
  readonly data: VaultData;
  /** Throws AstrogateError `vault_unavailable`. */
  health(signal?: AbortSignal): Promise<VaultHealth>;
  /** Asks Vault whether our AppRole is let in. Throws AstrogateError `vault_denied`, `vault_sealed`, `vault_unavailable`. */
  login(signal?: AbortSignal): Promise<void>;
  /** See unseal.ts; the keys are in memory only. */
  unseal(shares: readonly string[], signal?: AbortSignal): Promise<VaultHealth>;
  /** See snapshot.ts. */
  snapshot(signal?: AbortSignal): Promise<Readable>;
  /** See restore.ts. */
  restoreSnapshot(content: Readable, signal?: AbortSignal): Promise<Restored>;
  /** See wait-until.ts. */
  waitUntil(states: VaultState | readonly VaultState[], signal: AbortSignal): Promise<VaultHealth>;
}

/** `now` is the clock of the token's life, in milliseconds. */
export function createVaultClient(place: VaultPlace, now: () => number = Date.now): VaultClient {
  const way = createVaultWay(place);
  const session = createSession(way, place, now);
  const health = (signal?: AbortSignal) => readHealth(way, signal);
  return {
    data: vaultData(session),
    health,
    async login(signal) {
      const answer = await session.ask({ method: 'GET', path: 'auth/token/lookup-self', signal });
      if (answer.status !== 200) throw refusalOf(answer);
    },
    unseal: (shares, signal) => unseal(way, shares, signal),
    snapshot: (signal) => openSnapshot(way, session, signal),
    async restoreSnapshot(content, signal) {
      try {
        const proof = createProof(way, await login(way, place, now, signal), now);
        // Our older token may not be in the snapshot.
        session.forget();
        return await restore(way, proof, content, signal);
      } finally {
        content.destroy();
      }
    },
    waitUntil: (states, signal) => waitUntil(health, typeof states === 'string' ? [states] : states, signal),
  };
}
