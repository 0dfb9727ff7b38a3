// The leases of this process: renewed while attempts run. An attempt whose lease could not be renewed in time is
// stopped here, since somebody else may take its job from then on.
import type { Logger } from '@astrogate/common';
import type { Hold, JobStore } from './job-store.js';

/** How long a job is one's own without being renewed: what others wait before they take the jobs of a dead api. */
export const leaseMs = 10_000;
/** Parts of a lease: how often it is looked at, when it is renewed, how long that may take, and what is left of it when
 * an attempt is stopped that could not renew it: a look later, and cancelling takes no longer than the rest. */
const lookEvery = 0.1;
const renewEvery = 0.25;
const renewWithin = 0.2;
const margin = 0.25;

interface Lease extends Hold {
  /** By performance.now(); counted from before the database was asked, so that it never lies behind the database's. */
  until: number;
  readonly onLost: () => void;
}

export class Leases {
  readonly #leases = new Map<string, Lease>();
  readonly #timer: NodeJS.Timeout;
  /** By performance.now(); of the last renewal that was begun. */
  #renewedAt = performance.now();
  #renewing = false;

  constructor(
    readonly store: Pick<JobStore, 'renew' | 'leaseMs'>,
    readonly log: Logger,
  ) {
    this.#timer = setInterval(() => this.#tick(), store.leaseMs * lookEvery).unref();
  }

  /** `takenAt`: performance.now() before the database was asked for the job. `onLost` is called at most once. */
  add({ id, attempt }: Hold, takenAt: number, onLost: () => void): void {
    this.#leases.set(id, { id, attempt, until: this.#endOf(takenAt), onLost });
  }

  drop(id: string): void {
    this.#leases.delete(id);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #endOf(begin: number): number {
    return begin + this.store.leaseMs * (1 - margin);
  }

  #tick(): void {
    const now = performance.now();
    for (const lease of this.#leases.values()) if (lease.until < now) this.#lose(lease, 'not renewed in time');
    const since = now - this.#renewedAt;
    // One that hangs must not keep the next one from being tried.
    const mayBegin = !this.#renewing || since >= this.store.leaseMs * renewWithin;
    if (this.#leases.size > 0 && mayBegin && since >= this.store.leaseMs * renewEvery - 1)
      void this.#renew([...this.#leases.values()]);
  }

  async #renew(leases: readonly Lease[]): Promise<void> {
    this.#renewing = true;
    const askedAt = performance.now();
    this.#renewedAt = askedAt;
    try {
      const kept = await this.store.renew(leases);
      for (const lease of leases) {
        if (this.#leases.get(lease.id) !== lease) continue;
        if (kept.has(lease.id)) lease.until = this.#endOf(askedAt);
        else this.#lose(lease, 'taken by somebody else, or ended');
      }
    } catch (err) {
      this.log.warn({ err, attempts: leases.length }, 'leases were not renewed');
    } finally {
      if (this.#renewedAt === askedAt) this.#renewing = false;
    }
  }

  #lose(lease: Lease, why: string): void {
    this.#leases.delete(lease.id);
    this.log.warn({ jobId: lease.id, attempt: lease.attempt, why }, 'attempt given up');
    lease.onLost();
  }
}
