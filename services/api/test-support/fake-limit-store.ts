// FakeLimitStore: rates and quotas in memory, for tests of what stands in front of them.
import type { Budget } from '../src/limits/budget.js';
import { usedUp } from '../src/limits/kept-limits.js';
import type { LimitStore } from '../src/limits/limit-store.js';
import { ProcessLimits } from '../src/limits/process-limits.js';
import type { Quota } from '../src/limits/quotas.js';

export class FakeLimitStore implements LimitStore {
  readonly #counted = new ProcessLimits();
  /** Of this day. */
  readonly #used = new Map<string, { jobs: number; bytes: number }>();
  /** Rejects as long as the database is away. */
  isHere: () => Promise<void> = async () => {};

  async take(key: string, budget: Budget) {
    await this.isHere();
    return this.#counted.take(key, budget);
  }

  async check(quota: Quota): Promise<void> {
    await this.isHere();
    const { jobs, bytes } = this.#usedBy(quota);
    if (jobs >= quota.jobs || bytes >= quota.bytes) throw usedUp(1000);
  }

  async forget(): Promise<void> {
    await this.isHere();
  }

  /** Counts a job. Throws `quota_exceeded`. */
  charge(quota: Quota, jobBytes: number): void {
    const { jobs, bytes } = this.#usedBy(quota);
    if (jobs >= quota.jobs || bytes + jobBytes > quota.bytes) throw usedUp(1000);
    this.#used.set(quota.caller, { jobs: jobs + 1, bytes: bytes + jobBytes });
  }

  #usedBy({ caller }: Quota): { jobs: number; bytes: number } {
    return this.#used.get(caller) ?? { jobs: 0, bytes: 0 };
  }
}
