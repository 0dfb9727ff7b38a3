// Our token: when it is used, renewed or replaced. Pure.

export interface Token {
  /** Secret. */
  readonly value: string;
  /** When Vault gave it or renewed it last, in milliseconds. */
  readonly since: number;
  /** How long from then; 0: for ever. */
  readonly leaseMs: number;
  readonly renewable: boolean;
}

/** A token that lapses sooner than this may do so on the way to Vault. */
const marginMs = 5_000;

/** Renewed in the last third of its life; a token that cannot be renewed is replaced then. */
export function nextStep(token: Token | undefined, now: number): 'use' | 'renew' | 'login' {
  if (token === undefined) return 'login';
  if (token.leaseMs === 0) return 'use';
  const left = token.since + token.leaseMs - now;
  if (left > token.leaseMs / 3 && left > marginMs) return 'use';
  return token.renewable && left > marginMs ? 'renew' : 'login';
}
