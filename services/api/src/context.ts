// What the parts of the api share: a plain bag, built once, in the order of dependence. Tests may replace any member.
import type { Logger } from '@astrogate/common';
import type { Accounts } from './accounts/accounts.js';
import { Refusals } from './audit/refusals.js';
import type { ApiConfig } from './config.js';
import { CallerKeys } from './http/caller-keys.js';
import { StreamPlaces } from './http/stream-places.js';
import { Dispatcher } from './jobs/dispatcher.js';
import type { JobStore } from './jobs/job-store.js';
import { JobWatch } from './jobs/job-watch.js';
import { Limiter } from './limits/limiter.js';
import { JobMetrics } from './metrics/job-metrics.js';
import { WebhookMetrics } from './metrics/webhook-metrics.js';
import { type Outbound, publicOutbound } from './outbound/outbound.js';
import type { SolverClient } from './solver-client.js';
import type { Spool } from './spool/spool.js';
import type { Uploads } from './spool/uploads.js';
import type { System } from './system/system.js';
import type { TargetClient } from './system/target-client.js';
import { Deliverer } from './webhooks/deliverer.js';

export interface ApiContext {
  readonly config: ApiConfig;
  readonly log: Logger;
  readonly solver: SolverClient;
  readonly spool: Spool;
  readonly uploads: Uploads;
  readonly store: JobStore;
  readonly accounts: Accounts;
  /** The containers that admin jobs may act on. */
  readonly targets: TargetClient;
  /** Undefined where there is no database: in tests of what stands in front of it. */
  readonly system: System | undefined;
  readonly dispatcher: Dispatcher;
  readonly watch: JobWatch;
  readonly streams: StreamPlaces;
  /** Fires when event streams are to end. */
  readonly closing: AbortController;
  /** The way out to what callers name. */
  readonly outbound: Outbound;
  readonly deliverer: Deliverer;
  readonly callerKeys: CallerKeys;
  readonly limiter: Limiter;
  /** Tells the audit log of what was refused. */
  readonly refusals: Refusals;
  readonly metrics: JobMetrics;
  readonly webhookMetrics: WebhookMetrics;
  readonly now: () => Date;
  readonly startedAt: Date;
  /** False as soon as the service drains. */
  isServing: () => boolean;
}

type Given = Pick<
  ApiContext,
  'config' | 'log' | 'solver' | 'spool' | 'uploads' | 'store' | 'accounts' | 'targets' | 'system' | 'isServing'
> & {
  /** Of all apis on this store. */
  readonly callerSecret: Buffer;
};

export function createContext(given: Given, overrides: Partial<ApiContext> = {}): ApiContext {
  const now = overrides.now ?? (() => new Date());
  const { solver, uploads, store, log, config } = { ...given, ...overrides };
  const metrics = new JobMetrics();
  const dispatcher = new Dispatcher({
    ...{ solver, store, uploads, log, now, queueLimit: config.queueLimit },
    onEnd: (job) => metrics.ended(job),
    onDispatch: (seconds) => metrics.dispatched(seconds),
  });
  const outbound = overrides.outbound ?? publicOutbound;
  const webhookMetrics = new WebhookMetrics();
  const deliverer = new Deliverer({
    ...{ deliveries: store.deliveries, fetch: outbound.fetch, log, now, random: Math.random },
    onAttempt: (state) => webhookMetrics.attempted(state),
  });
  const limiter = new Limiter({ store: store.limits, limits: config.rateLimits, log });
  const guards = { limiter, refusals: new Refusals({ audit: store.audit, log }) };
  const watched = { metrics, webhookMetrics, callerKeys: new CallerKeys(given.callerSecret) };
  const streams = { watch: new JobWatch({ store, log }), streams: new StreamPlaces(), closing: new AbortController() };
  return {
    ...given,
    now,
    dispatcher,
    outbound,
    deliverer,
    ...guards,
    ...watched,
    ...streams,
    startedAt: now(),
    ...overrides,
  };
}
