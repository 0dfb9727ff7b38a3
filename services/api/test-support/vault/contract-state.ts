// What the contract server keeps on its "disk", and the pure parts of Vault's rules that our client relies on.
import { randomBytes } from 'node:crypto';

export interface ContractState {
  /** Undefined: not initialised. */
  keys: { shares: string[]; needed: number } | undefined;
  tokens: Record<string, { policies: string[]; ttlSeconds: number; since: number }>;
  policies: Record<string, string>;
  roles: Record<string, { roleId: string; secretIds: string[]; policies: string[]; ttlSeconds: number }>;
  secrets: Record<string, object>;
}

export const emptyState = (): ContractState => ({
  keys: undefined,
  tokens: {},
  policies: {},
  roles: {},
  secrets: {},
});

export const newSecret = (): string => randomBytes(33).toString('hex');

/** Whether a policy text allows `capability` on `path`, by its name or by one that ends with a star. */
export function allows(policy: string, path: string, capability: string): boolean {
  const blocks = policy.matchAll(/path "([^"]+)" \{\s*capabilities = \[([^\]]*)\]/g);
  const means = (name = '') => name === path || (name.endsWith('*') && path.startsWith(name.slice(0, -1)));
  return [...blocks].some(([, name, list]) => means(name) && list?.includes(`"${capability}"`));
}

/** Hex or base64, as Vault takes both; undefined: neither. */
export function keyBytes(key: unknown): string | undefined {
  if (typeof key !== 'string' || key === '') return undefined;
  if (/^(?:[0-9a-f]{2}){16,33}$/i.test(key)) return key.toLowerCase();
  return /^[A-Za-z0-9+/]+={0,2}$/.test(key) ? Buffer.from(key, 'base64').toString('hex') : undefined;
}
