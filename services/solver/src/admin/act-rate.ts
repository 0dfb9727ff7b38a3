// How often one identity may act on targets: a stolen api certificate must not keep the engine busy with restarts.
import { AstrogateError } from '@astrogate/proto';

/** The longest admin job acts four times; three of them in a row, and each act once again, fit. */
const burst = 24;
/** One more every so many milliseconds. A restart takes seconds itself. */
const actEveryMs = 5_000;

/** Code `rate_limited`; `retryMs` are the milliseconds until an act is allowed again. */
export class TooManyActs extends AstrogateError {
  override name = 'TooManyActs';

  constructor(readonly retryMs: number) {
    super('rate_limited');
  }
}

/** `spentUntil`: the moment from which the whole burst is there again. Times are milliseconds of one clock. */
export type Decision = { readonly spentUntil: number } | { readonly retryMs: number };

/** Whether one more act is allowed at `now`. Pure: the generic cell rate algorithm (ITU-T I.371, annex A). */
export function decide(spentUntil: number, now: number): Decision {
  const next = Math.max(spentUntil, now) + actEveryMs;
  const early = next - now - burst * actEveryMs;
  return early > 0 ? { retryMs: Math.ceil(early) } : { spentUntil: next };
}

export class ActRate {
  /** Per identity; authorization lets in the two that are configured. */
  readonly #spentUntil = new Map<string, number>();

  constructor(readonly now: () => number) {}

  /** Counts one act. Throws TooManyActs. */
  take(identity: string): void {
    const decision = decide(this.#spentUntil.get(identity) ?? 0, this.now());
    if ('retryMs' in decision) throw new TooManyActs(decision.retryMs);
    this.#spentUntil.set(identity, decision.spentUntil);
  }
}
