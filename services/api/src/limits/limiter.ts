// Who may do one more of a class of things. While the database is away, most classes are counted in this process, so
// that neither everybody is shut out nor anybody let loose; sign-ins are refused.
import type { Logger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import type { Budget, Taken } from './budget.js';
import type { LimitStore } from './limit-store.js';
import { ProcessLimits } from './process-limits.js';
import type { LimitClass, RouteLimits } from './route-limits.js';

/** After a failure the database is left alone for so long: a request must not wait for a server that is not there. */
const pauseMs = 2_000;

/** Whose budget: of an address, or of an account. */
export type Whose = 'address' | 'account';

interface LimiterParts {
  readonly store: LimitStore;
  readonly limits: RouteLimits;
  readonly log: Logger;
  readonly monotonicMs?: () => number;
}

export class Limiter {
  readonly #here: ProcessLimits;
  readonly #monotonicMs: () => number;
  #awayUntil = Number.NEGATIVE_INFINITY;

  constructor(readonly parts: LimiterParts) {
    this.#monotonicMs = parts.monotonicMs ?? (() => performance.now());
    this.#here = new ProcessLimits(this.#monotonicMs);
  }

  /** Throws `storage_unavailable` for a class that is refused without the database. */
  async take(name: LimitClass, whose: Whose, who: string): Promise<Taken & { readonly budget: Budget }> {
    const { [whose]: budget, away, isOfProcess } = this.parts.limits[name];
    const key = `${name} ${whose} ${who}`;
    const taken = isOfProcess ? undefined : await this.#ofAll(key, budget, away);
    return { ...(taken ?? this.#here.take(key, budget)), budget };
  }

  /** Undefined: the database is away, and it is to be counted here. */
  async #ofAll(key: string, budget: Budget, away: 'count here' | 'refuse'): Promise<Taken | undefined> {
    if (away === 'count here' && this.#monotonicMs() < this.#awayUntil) return undefined;
    try {
      return await this.parts.store.take(key, budget);
    } catch (error) {
      if (AstrogateError.from(error).code !== 'storage_unavailable' || away === 'refuse') throw error;
      this.#awayUntil = this.#monotonicMs() + pauseMs;
      this.parts.log.warn({ err: error }, 'limits are counted by this process alone');
      return undefined;
    }
  }
}
