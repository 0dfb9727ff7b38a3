// The leases of this process: renewed while attempts run. An attempt whose lease could not be renewed in time is
// stopped here, since somebody else may take its job from then on.
import type { Logger } from '@astrogate/common';
import type { Hold, JobStore } from './job-store.js';

/** How long a job is one's own without being renewed: what others wait before they take the jobs of a dead api. */
export const leaseMs = 10_000;
/** Parts of a lease: how often it is looked at, and how often renewed. */
const lookEvery = 0.1;
const renewEvery = 0.25;
/** What is left of a lease when its attempt is stopped: more than a look, and than cancelling takes. */
const margin = 0.25;

interface Lease extends Hold {
  /** By performance.now(); counted from before the database was asked, so that it never lies behind the database's. */
  until: number;
  readonly onLost: () => void;
}

export class Leases {
  readonly #leases = new Map<string, Lease>();
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(
    readonly store: Pick<JobStore, 'renew' | 'leaseMs'>,
    readonly log: Logger,
  ) {
    this.#timers = [
      setInterval(() => this.#look(), store.leaseMs * lookEvery).unref(),
      // Each whether or not the one before has been answered: one that hangs must not cost all leases.
      setInterval(() => void this.#renew(), store.leaseMs * renewEvery).unref(),
    ];
  }

  /** `takenAt`: performance.now() before the database was asked for the job. `onLost` is called at most once. */
  add({ id, attempt }: Hold, takenAt: number, onLost: () => void): void {
    this.#leases.set(id, { id, attempt, until: this.#endOf(takenAt), onLost });
  }

  drop(id: string): void {
    this.#leases.delete(id);
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #endOf(begin: number): number {
    return begin + this.store.leaseMs * (1 - margin);
  }

  #look(): void {
    const now = performance.now();
    for (const lease of this.#leases.values()) if (lease.until < now) this.#lose(lease, 'not renewed in time');
  }

  async #renew(): Promise<void> {
    const leases = [...this.#leases.values()];
    if (leases.length === 0) return;
    const askedAt = performance.now();
    try {
      const kept = await this.store.renew(leases);
      for (const lease of leases) {
        if (this.#leases.get(lease.id) !== lease) continue;
        if (kept.has(lease.id)) lease.until = Math.max(lease.until, this.#endOf(askedAt));
        else this.#lose(lease, 'taken by somebody else, or ended');
      }
    } catch (err) {
      this.log.warn({ err, attempts: leases.length }, 'leases were not renewed');
    }
  }

  #lose(lease: Lease, why: string): void {
    this.#leases.delete(lease.id);
    this.log.warn({ jobId: lease.id, attempt: lease.attempt, why }, 'attempt given up');
    lease.onLost();
  }
}
