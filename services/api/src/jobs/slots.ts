// How many attempts may be in flight: as many as the solvers say they have slots. Asked when a slot is wanted and the last
// answer is old, and when the pool says that it has changed; never on a timer.
import type { Logger } from '@astrogate/common';
import type { SolverClient } from '../solver-client.js';

/** A solver's slots change only when it is restarted. */
const answerHoldsMs = 15_000;
/** While no solver answers, one attempt at a time looks for one, so often; the pause doubles up to the longest. */
const firstAwayMs = 50;
const longestAwayMs = 1_000;

export class Slots {
  taken = 0;
  /** Since when at least one slot is free; undefined: none is, or there is no solver. */
  freeSince: Date | undefined;
  /** Slots of all solvers; undefined: none has said yet, or there is none. */
  known: number | undefined;
  /** One until the solver has answered: enough to find out that it is there. */
  #limit = 1;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Attempts in a row that have found no solver. */
  #away = 0;
  #awayUntil = Number.NEGATIVE_INFINITY;

  /** `onMore` is called when there may be more slots than before. */
  constructor(
    readonly parts: { solver: Pick<SolverClient, 'capacity' | 'onChange'>; log: Logger; now: () => Date },
    readonly onMore: () => void,
  ) {
    this.freeSince = parts.now();
    parts.solver.onChange?.(() => void this.#ask());
  }

  /** Slots that are free now. */
  free(): number {
    if (performance.now() < this.#awayUntil) return 0;
    return Math.max(0, (this.#away > 0 ? 1 : this.#limit) - this.taken);
  }

  /** An attempt has found a solver, or none. */
  foundSolver(isThere: boolean): void {
    this.#away = isThere ? 0 : this.#away + 1;
    if (!isThere) this.known = undefined;
    const pauseMs = isThere ? 0 : Math.min(firstAwayMs * 2 ** (this.#away - 1), longestAwayMs);
    this.#awayUntil = performance.now() + pauseMs;
    this.#note();
    if (pauseMs > 0) setTimeout(this.onMore, pauseMs + 1).unref();
  }

  take(): void {
    if (performance.now() - this.#askedAt > answerHoldsMs) void this.#ask();
    this.taken += 1;
    this.#note();
  }

  release(): void {
    this.taken -= 1;
    this.#note();
    this.onMore();
  }

  #note(): void {
    if (this.#away > 0 || this.taken >= this.#limit) this.freeSince = undefined;
    else this.freeSince ??= this.parts.now();
  }

  async #ask(): Promise<void> {
    this.#askedAt = performance.now();
    try {
      const { slots } = await this.parts.solver.capacity();
      this.#limit = Math.max(1, slots);
      this.known = slots > 0 ? slots : undefined;
      this.#away = 0;
      this.#awayUntil = Number.NEGATIVE_INFINITY;
      this.#note();
      this.onMore();
    } catch (err) {
      this.parts.log.debug({ err }, 'capacity not known');
    }
  }
}
