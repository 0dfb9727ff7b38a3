// Limits in this process alone: for what must be answered without a database, and while it is away.
import { type Budget, stepMs, type Taken, toTaken } from './budget.js';

/** A key takes some hundred bytes. */
const mostKeys = 20_000;

export class ProcessLimits {
  /** Until when what was done reaches, milliseconds; the key that was used longest ago comes first. */
  readonly #until = new Map<string, number>();

  /** `now`: a clock in milliseconds that never goes back. */
  constructor(readonly now: () => number = () => performance.now()) {}

  take(key: string, budget: Budget): Taken {
    const now = this.now();
    const kept = Math.max(this.#until.get(key) ?? now, now);
    const until = kept + stepMs(budget);
    // A thousandth of a millisecond for what sums of fractions round.
    const isAllowed = until - now <= budget.seconds * 1000 + 0.001;
    if (isAllowed) this.#keep(key, until);
    return toTaken(isAllowed, (isAllowed ? until : kept) - now, budget);
  }

  #keep(key: string, until: number): void {
    this.#until.delete(key);
    this.#until.set(key, until);
    if (this.#until.size <= mostKeys) return;
    const [oldest] = this.#until.keys();
    if (oldest !== undefined) this.#until.delete(oldest);
  }
}
