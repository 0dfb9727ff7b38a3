// How many attempts may be in flight: as many as the solvers say they have slots. Asked when a slot is wanted and the last
// answer is old, and when the pool says that it has changed; never on a timer.
import type { Logger } from '@astrogate/common';
import type { SolverClient } from '../solver-client.js';

/** A solver's slots change only when it is restarted. */
const answerHoldsMs = 15_000;

export class Slots {
  taken = 0;
  /** One until the solver has answered: enough to find out that it is there. */
  #limit = 1;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** `onMore` is called when there may be more slots than before. */
  constructor(
    readonly solver: Pick<SolverClient, 'capacity' | 'onChange'>,
    readonly log: Logger,
    readonly onMore: () => void,
  ) {
    solver.onChange?.(() => void this.#ask());
  }

  /** Takes a slot; false when none is free now. */
  take(): boolean {
    if (performance.now() - this.#askedAt > answerHoldsMs) void this.#ask();
    if (this.taken >= this.#limit) return false;
    this.taken += 1;
    return true;
  }

  release(): void {
    this.taken -= 1;
    this.onMore();
  }

  async #ask(): Promise<void> {
    this.#askedAt = performance.now();
    try {
      const { slots } = await this.solver.capacity();
      this.#limit = Math.max(1, slots);
      this.onMore();
    } catch (err) {
      this.log.debug({ err }, 'capacity not known');
    }
  }
}
