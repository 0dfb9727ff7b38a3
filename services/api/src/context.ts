// What the parts of the api share: a plain bag, built once, in the order of dependence. Tests may replace any member.
import type { Logger } from '@astrogate/common';
import type { ApiConfig } from './config.js';
import { CallerKeys } from './http/caller-keys.js';
import { Dispatcher } from './jobs/dispatcher.js';
import type { JobStore } from './jobs/job-store.js';
import { MemoryJobStore } from './jobs/memory-job-store.js';
import type { SolverClient } from './solver-client.js';
import type { Spool } from './spool/spool.js';

export interface ApiContext {
  readonly config: ApiConfig;
  readonly log: Logger;
  readonly solver: SolverClient;
  readonly spool: Spool;
  readonly store: JobStore;
  readonly dispatcher: Dispatcher;
  readonly callerKeys: CallerKeys;
  readonly now: () => Date;
  readonly startedAt: Date;
  /** False as soon as the service drains. */
  isServing: () => boolean;
}

type Given = Pick<ApiContext, 'config' | 'log' | 'solver' | 'spool' | 'isServing'>;

export function createContext(given: Given, overrides: Partial<ApiContext> = {}): ApiContext {
  const now = overrides.now ?? (() => new Date());
  const store = overrides.store ?? new MemoryJobStore();
  const { solver, spool, log, config } = { ...given, ...overrides };
  const dispatcher = new Dispatcher({ solver, store, spool, log, queueLimit: config.queueLimit, now });
  return { ...given, now, store, dispatcher, callerKeys: new CallerKeys(), startedAt: now(), ...overrides };
}
