// A sandbox that is started and ready, and waits for its one job. It knows nothing of a job before it is leased, and it
// can be leased once.
import { AstrogateError, readySchema } from '@astrogate/proto';
import { readJson } from '../jobs/json.js';
import type { Sandbox, SandboxSource } from './docker-sandbox.js';
import { nobody } from './live-sandboxes.js';
import type { SandboxEvent } from './pump.js';

interface Started {
  readonly sandbox: Sandbox;
  /** Cuts its connection. */
  readonly cut: AbortController;
  readonly ready: SandboxEvent;
  /** What comes after `ready`. */
  readonly events: AsyncIterator<SandboxEvent>;
}

/**
 * Opens a sandbox for nobody and waits until it says `ready`. When that does not come within `readyMs`, or `signal`
 * fires, it is removed. Throws AstrogateError.
 */
export async function warmUp(source: SandboxSource, readyMs: number, signal: AbortSignal): Promise<WarmSandbox> {
  signal.throwIfAborted();
  const cut = new AbortController();
  const stop = () => cut.abort(signal.reason);
  const timer = setTimeout(() => cut.abort(new AstrogateError('sandbox_unavailable')), readyMs);
  signal.addEventListener('abort', stop, { once: true });
  let sandbox: Sandbox | undefined;
  try {
    sandbox = await source.open(nobody, cut.signal);
    const events = sandbox.events()[Symbol.asyncIterator]();
    const ready = await readReady(events);
    cut.signal.throwIfAborted();
    return new WarmSandbox({ sandbox, cut, ready, events });
  } catch (error) {
    await sandbox?.[Symbol.asyncDispose]();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

async function readReady(events: AsyncIterator<SandboxEvent>): Promise<SandboxEvent> {
  const { done, value } = await events.next();
  if (done || value.kind !== 'ready') throw new AstrogateError('solver_failed');
  readJson(value.json, readySchema);
  return value;
}

export class WarmSandbox implements AsyncDisposable {
  readonly warmSince = performance.now();
  /** Resolves when it ends, or says anything. Before it is leased it has no reason to do either. */
  readonly stirred: Promise<void>;
  readonly #started: Started;
  readonly #next: Promise<IteratorResult<SandboxEvent>>;
  #isLeased = false;

  constructor(started: Started) {
    this.#started = started;
    this.#next = started.events.next();
    this.stirred = this.#next.then(
      () => {},
      () => {},
    );
  }

  get sandboxId(): string {
    return this.#started.sandbox.sandboxId;
  }

  /** Hands it out, as if it had just been opened with `signal`. Throws Error the second time. */
  lease(signal: AbortSignal): Sandbox {
    if (this.#isLeased) throw new Error('a sandbox is used once');
    this.#isLeased = true;
    const { sandbox, cut, ready, events } = this.#started;
    const next = this.#next;
    const onAbort = () => cut.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    return {
      sandboxId: sandbox.sandboxId,
      output: sandbox.output,
      write: (bytes) => sandbox.write(bytes),
      ending: () => sandbox.ending(),
      async *events() {
        yield ready;
        try {
          for (let event = await next; !event.done; event = await events.next()) yield event.value;
        } finally {
          await events.return?.();
        }
      },
      async [Symbol.asyncDispose]() {
        signal.removeEventListener('abort', onAbort);
        await sandbox[Symbol.asyncDispose]();
      },
    };
  }

  /** Removes one that was not leased. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started.sandbox[Symbol.asyncDispose]();
  }
}
