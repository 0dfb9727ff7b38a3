// FakeSolverClient: ends attempts as a test tells it, without gRPC. It solves nothing.
import { buffer } from 'node:stream/consumers';
import { AstrogateError, type CapacityMessage, type OutcomeMessage, type StarIndexMessage } from '@astrogate/proto';
import type { Attempt, AttemptOptions, SolverClient } from '../src/solver-client.js';
import { solvedOutcome } from './outcomes.js';

export interface HeldAttempt {
  readonly attempt: Attempt;
  readonly options: AttemptOptions;
  readonly end: PromiseWithResolvers<OutcomeMessage>;
}

export class FakeSolverClient implements SolverClient {
  readonly attempts: HeldAttempt[] = [];
  /** Bytes of each attempt's upload, as read when it was accepted. */
  readonly uploads: Buffer[] = [];
  inFlight = 0;
  mostInFlight = 0;
  slots = 2;
  accepting = true;
  closed = false;
  indexList: Partial<StarIndexMessage>[] = [];
  /** What every question about the solver itself fails with. */
  down: AstrogateError | undefined;
  /** Runs each attempt once its upload is read; the default solves it. */
  script: (held: HeldAttempt, nth: number) => void | Promise<void> = (held) => {
    held.options.onAccepted();
    held.end.resolve(solvedOutcome);
  };
  #waiters: { count: number; resolve: () => void }[] = [];

  async solve(attempt: Attempt, options: AttemptOptions): Promise<OutcomeMessage> {
    const held: HeldAttempt = { attempt, options, end: Promise.withResolvers() };
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    const cancel = () => held.end.reject(new AstrogateError('cancelled'));
    options.signal.addEventListener('abort', cancel, { once: true });
    held.end.promise.catch(() => undefined);
    try {
      this.uploads.push(await buffer(attempt.upload.content));
      this.attempts.push(held);
      for (const waiter of this.#waiters) if (this.attempts.length >= waiter.count) waiter.resolve();
      await this.script(held, this.attempts.length);
      return await held.end.promise;
    } finally {
      options.signal.removeEventListener('abort', cancel);
      this.inFlight -= 1;
    }
  }

  /** The `count`-th attempt, once it has begun. */
  async attempt(count: number): Promise<HeldAttempt> {
    if (this.attempts.length < count) {
      const waiter = Promise.withResolvers<void>();
      this.#waiters.push({ count, resolve: waiter.resolve });
      await waiter.promise;
    }
    return this.attempts[count - 1] as HeldAttempt;
  }

  async capacity(): Promise<CapacityMessage> {
    if (this.down) throw this.down;
    const { slots, accepting, inFlight: running } = this;
    return { slots, running, waiting: 0, maxWaiting: 64, accepting, maxUploadBytes: 52_428_800 };
  }

  async indexes(): Promise<StarIndexMessage[]> {
    if (this.down) throw this.down;
    return this.indexList as StarIndexMessage[];
  }

  close(): void {
    this.closed = true;
  }
}

/** A script that accepts the attempt and leaves its end to the test. */
export const hold: FakeSolverClient['script'] = (held) => held.options.onAccepted();
