// The one table of limits: how often a route of each class may be called. Which class it has stands in http/routes.ts.
import { ConfigError } from '@astrogate/common';
import type { Budget } from './budget.js';

interface ClassLimits {
  /** Of one address (IPv4) or network (IPv6, /64), whoever asks: it may be that of many people. */
  readonly address: Budget;
  /** Of one account, itself and by all its keys. */
  readonly account: Budget;
  /** While the database is away: `count here`, each process by itself; or `refuse`. */
  readonly away: 'count here' | 'refuse';
  /** Counted by each process by itself, always: probes must be answered without a database. */
  readonly isOfProcess?: true;
}

const perMinute = (address: number, account = address) => ({
  address: { count: address, seconds: 60 },
  account: { count: account, seconds: 60 },
});

const usual = {
  /** What load balancers and orchestrators ask. */
  probe: { ...perMinute(600), away: 'count here', isOfProcess: true },
  /** Paths that there are not. */
  unknown: { ...perMinute(300), away: 'count here', isOfProcess: true },
  /** Whoever waits for a job looks every second; ten of them at once, from one address twenty. */
  read: { ...perMinute(1200, 600), away: 'count here' },
  /** Streams stay open; how many at once, the stream places say. */
  follow: { ...perMinute(240, 120), away: 'count here' },
  /** Pictures: a camera makes a few a minute; the rest is a night that is handed in at once. */
  upload: { ...perMinute(300, 300), away: 'count here' },
  change: { ...perMinute(300, 300), away: 'count here' },
  /** Passwords, tokens, codes: what can be guessed. Without the database nobody can sign in anyway. */
  login: { address: { count: 20, seconds: 900 }, account: { count: 20, seconds: 900 }, away: 'refuse' },
  /** What only admins may do. */
  admin: { ...perMinute(300, 300), away: 'refuse' },
} as const satisfies Record<string, ClassLimits>;

export type LimitClass = keyof typeof usual;
export type RouteLimits = Readonly<Record<LimitClass, ClassLimits>>;
export const limitClasses = Object.keys(usual) as readonly LimitClass[];

export const limitPattern = new RegExp(`^(?:${limitClasses.join('|')})=[1-9]\\d{0,6}/[1-9]\\d{0,6}/[1-9]\\d{0,4}$`);

/** `changes`: "CLASS=ADDRESS/ACCOUNT/SECONDS". Throws ConfigError for a class that is named twice. */
export function readRouteLimits(changes: readonly string[]): RouteLimits {
  const limits: Record<LimitClass, ClassLimits> = { ...usual };
  const seen = new Set<string>();
  for (const change of changes) {
    const [name = '', ...numbers] = change.split(/[=/]/);
    const [address = 1, account = 1, seconds = 1] = numbers.map(Number);
    if (seen.has(name)) throw new ConfigError(`API_RATE_LIMITS names ${name} twice`);
    seen.add(name);
    const budgets = { address: { count: address, seconds }, account: { count: account, seconds } };
    limits[name as LimitClass] = { ...usual[name as LimitClass], ...budgets };
  }
  return Object.freeze(limits);
}
