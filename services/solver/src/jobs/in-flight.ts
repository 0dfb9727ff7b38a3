// The attempts that this process works on, waiting ones included. At most one per job: a second one is refused with
// `busy`, which is retryable, so that a caller who lost the first stream succeeds once its sandbox is gone.
import { AstrogateError } from '@astrogate/proto';

export interface Attempt extends Disposable {
  /** Fires when the attempt is given up: by its caller, by `abort`, or because it has ended. */
  readonly signal: AbortSignal;
  abort(reason: AstrogateError): void;
}

export class InFlight {
  readonly #attempts = new Map<string, Attempt>();
  readonly #idle: (() => void)[] = [];

  get size(): number {
    return this.#attempts.size;
  }

  /** Registers an attempt; disposing it takes it out again. Throws `busy` when the job has one already. */
  enter(jobId: string, callerSignal: AbortSignal): Attempt {
    if (this.#attempts.has(jobId)) throw new AstrogateError('busy', 'This job is being worked on already');
    const own = new AbortController();
    const attempt: Attempt = {
      signal: AbortSignal.any([own.signal, callerSignal]),
      abort: (reason) => own.abort(reason),
      [Symbol.dispose]: () => {
        own.abort(new AstrogateError('cancelled'));
        if (this.#attempts.get(jobId) === attempt) this.#attempts.delete(jobId);
        if (this.size === 0) for (const tell of this.#idle.splice(0)) tell();
      },
    };
    this.#attempts.set(jobId, attempt);
    return attempt;
  }

  abortAll(reason: AstrogateError): void {
    for (const attempt of [...this.#attempts.values()]) attempt.abort(reason);
  }

  /** Resolves when there is no attempt, or when `signal` fires. */
  async idle(signal?: AbortSignal): Promise<void> {
    if (this.size === 0 || signal?.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle.push(resolve);
    signal?.addEventListener('abort', () => resolve(), { once: true });
    await promise;
  }
}
