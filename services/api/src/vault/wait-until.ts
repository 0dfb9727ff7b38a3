// Waits for a state of Vault by asking again and again: a restarted Vault is ready when it says so, not after a time.
import { setTimeout as pause } from 'node:timers/promises';
import { AstrogateError } from '@astrogate/proto';
import type { VaultHealth, VaultState } from './health.js';

/** The first look again comes soon, since a restart often takes less than a second; the later ones are for slow disks. */
const firstPauseMs = 100;
const longestPauseMs = 2_000;

/**
 * The health of the first look that finds one of `states`. A Vault that cannot be reached is looked at again.
 * Throws AstrogateError `vault_unavailable` with what was seen last, once `signal` is aborted.
 */
export async function waitUntil(
  look: (signal: AbortSignal) => Promise<VaultHealth>,
  states: readonly VaultState[],
  signal: AbortSignal,
): Promise<VaultHealth> {
  let seen: unknown;
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    try {
      const health = await look(signal);
      if (states.includes(health.state)) return health;
      seen = health.state;
    } catch (error) {
      if (!signal.aborted) seen = error;
    }
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  const last = typeof seen === 'string' ? `it is ${seen}` : 'it cannot be reached';
  throw new AstrogateError('vault_unavailable', `Vault did not become ${states.join(' or ')}: ${last}`, {
    cause: seen,
  });
}
