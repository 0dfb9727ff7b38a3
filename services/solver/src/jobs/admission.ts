// Lets a bounded number of attempts run and a bounded number wait. Overload is refused at once, never queued without
// bound. A permit is given back exactly once, and only if it was had.
import { AstrogateError } from '@astrogate/proto';

export interface Permit extends Disposable {
  /** Attempts that stood before this one when it came. */
  readonly waitedBehind: number;
}

export interface AdmissionLimits {
  readonly slots: number;
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
}

interface Waiter {
  grant(): void;
  refuse(error: AstrogateError): void;
}

export class Admission {
  readonly #limits: AdmissionLimits;
  /** In order of arrival. */
  readonly #waiters = new Set<Waiter>();
  #running = 0;
  #closed = false;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /**
   * Resolves with a permit when a slot is free. Throws `busy` when too many wait already or the wait was too long,
   * `draining` after `close`, and the reason of `signal` when that fires first.
   */
  async admit(signal: AbortSignal): Promise<Permit> {
    signal.throwIfAborted();
    if (this.#closed) throw new AstrogateError('draining');
    const waitedBehind = this.#waiters.size;
    if (this.#running < this.#limits.slots) this.#running += 1;
    else if (waitedBehind < this.#limits.maxWaiting) await this.#wait(signal);
    else throw new AstrogateError('busy');
    return this.#permit(waitedBehind);
  }

  /** Refuses whoever waits and whoever comes. Running attempts keep their permits. */
  close(): void {
    this.#closed = true;
    for (const waiter of [...this.#waiters]) waiter.refuse(new AstrogateError('draining'));
  }

  /** Resolves when a slot was handed over: `#running` already counts it. Whoever is settled has left the queue. */
  async #wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      this.#waiters.delete(waiter);
      act();
    };
    const waiter: Waiter = { grant: () => settle(resolve), refuse: (error) => settle(() => reject(error)) };
    const onAbort = () => settle(() => reject(signal.reason));
    const timer = setTimeout(() => waiter.refuse(new AstrogateError('busy')), this.#limits.maxWaitMs);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#waiters.add(waiter);
    await promise;
  }

  #permit(waitedBehind: number): Permit {
    let held = true;
    return {
      waitedBehind,
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#release();
      },
    };
  }

  /** Hands the slot to whoever waits longest, so that nobody who comes later can take it. */
  #release(): void {
    const [next] = this.#waiters;
    if (next) next.grant();
    else this.#running -= 1;
  }
}
