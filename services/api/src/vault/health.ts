// What state Vault is in; needs no token.
import { z } from 'zod';
import { expectJson } from './vault-answer.js';
import type { Answer, VaultWay } from './vault-way.js';

export type VaultState = 'uninitialised' | 'sealed' | 'standby' | 'active';

export interface VaultHealth {
  readonly state: VaultState;
  readonly version: string;
  /** Unseal keys that are needed, that exist, and that were given so far. */
  readonly shares: { readonly needed: number; readonly all: number; readonly given: number };
}

const sealStatus = z.object({
  initialized: z.boolean(),
  sealed: z.boolean(),
  t: z.number(),
  n: z.number(),
  progress: z.number(),
  version: z.string(),
});
const role = z.object({ sealed: z.boolean(), standby: z.boolean() });

/** Health by the answer of /sys/seal-status, and of /sys/health where that is needed. Throws AstrogateError. */
export function toHealth(seal: Answer, health: Answer | undefined): VaultHealth {
  const { initialized, sealed, t, n, progress, version } = expectJson(seal, sealStatus);
  const shares = { needed: t, all: n, given: progress };
  if (!initialized) return { state: 'uninitialised', version, shares };
  if (sealed || health === undefined) return { state: 'sealed', version, shares };
  // Its status tells the same state as its body, so any is fine.
  const now = expectJson({ status: 200, json: health.json }, role);
  return { state: now.sealed ? 'sealed' : now.standby ? 'standby' : 'active', version, shares };
}

/** Throws AstrogateError `vault_unavailable` or `cancelled`. */
export async function readHealth(way: VaultWay, signal?: AbortSignal): Promise<VaultHealth> {
  const seal = await way.ask({ method: 'GET', path: 'sys/seal-status', signal });
  const isOpen = sealStatus.safeParse(seal.json).data?.sealed === false;
  return toHealth(seal, isOpen ? await way.ask({ method: 'GET', path: 'sys/health', signal }) : undefined);
}
