// How many jobs and bytes a caller may hand in on one day (UTC), by role.
import { ConfigError } from '@astrogate/common';
import { type Role, roles } from '../access/principal.js';

export type QuotaRole = Role | 'anonymous';
export interface DailyAllowance {
  readonly jobs: number;
  readonly bytes: number;
}

/** What one caller may use on one day. */
export interface Quota extends DailyAllowance {
  /** "account:ID" or "caller:KEY". */
  readonly caller: string;
}

const gib = 1024 ** 3;

/**
 * A night's imaging is some hundred frames of some ten megabytes. Anonymous callers share an address with others;
 * operators run an observatory's pipeline.
 */
const usual: Readonly<Record<QuotaRole, DailyAllowance>> = {
  anonymous: { jobs: 500, bytes: 10 * gib },
  viewer: { jobs: 1_000, bytes: 20 * gib },
  operator: { jobs: 10_000, bytes: 200 * gib },
  admin: { jobs: 10_000, bytes: 200 * gib },
};

export type Quotas = Readonly<Record<QuotaRole, DailyAllowance>>;
export const quotaPattern = /^(?:anonymous|viewer|operator|admin)=[1-9]\d{0,8}\/[1-9]\d{0,14}$/;

/** `changes`: "ROLE=JOBS/BYTES". Throws ConfigError for a role that is named twice. */
export function readQuotas(changes: readonly string[]): Quotas {
  const quotas = { ...usual };
  const seen = new Set<string>();
  for (const change of changes) {
    const [role = '', jobs, bytes] = change.split(/[=/]/);
    if (seen.has(role)) throw new ConfigError(`API_QUOTAS names ${role} twice`);
    seen.add(role);
    quotas[role as QuotaRole] = { jobs: Number(jobs), bytes: Number(bytes) };
  }
  return Object.freeze(quotas);
}

export const quotaRoles: readonly QuotaRole[] = ['anonymous', ...roles];
