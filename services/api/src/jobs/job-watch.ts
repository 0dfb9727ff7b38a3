// Follows jobs: gives what happens to each in order, without gaps and without repeats, to any number of watchers. It is
// woken by the notices of the database, whichever api they come from; a slow look finds what a notice has missed.
import type { Logger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import type { JobEvent, JobEvents, JobStore } from './job-store.js';

/** Events in memory per watcher; a slow one gets no more until it has taken these. */
const pageSize = 50;
/** A notice is lost only with its connection, which is noticed in itself. */
const lookEveryMs = 30_000;
/** Before a database that was away is asked again, unless it says that it is back. */
const awayMs = 2_000;

interface Watched {
  readonly wakers: Set<() => void>;
  /** Reads of one turn and one place are the same: watchers who are level share them. */
  readonly reads: Map<number, Promise<JobEvents | undefined>>;
}

export class JobWatch {
  readonly #watched = new Map<string, Watched>();
  #closing: (() => void | Promise<void>)[] = [];

  constructor(readonly parts: { store: Pick<JobStore, 'events' | 'listen'>; log: Logger }) {}

  /** Throws `storage_unavailable`. */
  async start(): Promise<void> {
    const stopListening = await this.parts.store.listen({
      queued: () => {},
      ended: () => {},
      changed: (id) => this.#wake(id),
      gap: () => this.#wakeAll(),
    });
    const timer = setInterval(() => this.#wakeAll(), lookEveryMs).unref();
    this.#closing = [stopListening, () => clearInterval(timer)];
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close();
  }

  /** Jobs that somebody follows. */
  get size(): number {
    return this.#watched.size;
  }

  /** The first events after `after`; undefined: there is no such job. Throws `storage_unavailable`. */
  look(id: string, after: number): Promise<JobEvents | undefined> {
    return this.parts.store.events(id, after, pageSize);
  }

  /**
   * What happens to a job after event `after`. Ends after its last event, when there is no such job any more, and when
   * `signal` fires. A database that is away meanwhile is waited for.
   */
  async *follow(id: string, after: number, signal: AbortSignal): AsyncGenerator<JobEvent> {
    let bell = Promise.withResolvers<void>();
    const wake = () => bell.resolve();
    const watched = this.#join(id, wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      for (let last = after; !signal.aborted; ) {
        // A change during the read rings the new bell.
        bell = Promise.withResolvers();
        const found = await this.#read(watched, id, last, wake);
        if (found === undefined) return;
        for (const event of found.events) {
          yield event;
          last = event.seq;
        }
        if (found.events.length === pageSize) continue;
        if (found.hasEnded) return;
        await bell.promise;
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#leave(id, watched, wake);
    }
  }

  /** Nothing, and a later call, when the database is away. */
  async #read(watched: Watched, id: string, last: number, wake: () => void): Promise<JobEvents | undefined> {
    try {
      return await this.#readTogether(watched, id, last);
    } catch (error) {
      if (AstrogateError.from(error).code !== 'storage_unavailable') throw error;
      this.parts.log.debug({ jobId: id, err: error }, 'what happened to a job could not be read');
      setTimeout(wake, awayMs).unref();
      return { events: [], hasEnded: false };
    }
  }

  #readTogether({ reads }: Watched, id: string, last: number): Promise<JobEvents | undefined> {
    const begun = reads.get(last);
    if (begun) return begun;
    const read = this.look(id, last).finally(() => {
      if (reads.get(last) === read) reads.delete(last);
    });
    reads.set(last, read);
    return read;
  }

  #join(id: string, wake: () => void): Watched {
    const watched = this.#watched.get(id) ?? { wakers: new Set(), reads: new Map() };
    this.#watched.set(id, watched);
    watched.wakers.add(wake);
    return watched;
  }

  #leave(id: string, watched: Watched, wake: () => void): void {
    watched.wakers.delete(wake);
    if (watched.wakers.size === 0) this.#watched.delete(id);
  }

  #wake(id: string): void {
    const watched = this.#watched.get(id);
    if (!watched) return;
    // A read that has begun may not see what we are woken for.
    watched.reads.clear();
    for (const wake of watched.wakers) wake();
  }

  #wakeAll(): void {
    for (const id of this.#watched.keys()) this.#wake(id);
  }
}
