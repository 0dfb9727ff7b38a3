// Where it is kept how much callers have done: the same for all replicas.
import type { Budget, Taken } from './budget.js';
import type { Quota } from './quotas.js';

/** Every method throws `storage_unavailable` when the database is away. */
export interface LimitStore {
  /** One more of what `key` names, if `budget` has room for it. Of many at once, no more are allowed than there is room. */
  take(key: string, budget: Budget): Promise<Taken>;
  /** Throws `quota_exceeded` when the day's jobs or bytes are used up. */
  check(quota: Quota): Promise<void>;
  /** Forgets what limits nobody any more. */
  forget(): Promise<void>;
}
