// Keeps sandboxes started and ready before a job comes. Each is handed out once and never comes back; when there is
// none, a job opens its own. One background loop is all that warms, so never more than one is created at once.
import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import type { Admission } from '../jobs/admission.js';
import * as limits from '../limits.js';
import type { SolverState } from '../solver-state.js';
import type { Sandbox, SandboxSource } from './docker-sandbox.js';
import type { LiveSandboxes } from './live-sandboxes.js';
import { type WarmSandbox, warmUp } from './warm-sandbox.js';

interface Parts {
  /** Where sandboxes come from; asked by the pool for nobody, and for a job when none is warm. */
  readonly source: SandboxSource;
  readonly live: LiveSandboxes;
  readonly admission: Pick<Admission, 'running' | 'waiting'>;
  readonly state: Pick<SolverState, 'name' | 'onChange'>;
  readonly log: Logger;
  /** Most that are warm at a time. */
  readonly slots: number;
}

interface Demand {
  readonly slots: number;
  readonly running: number;
  readonly waiting: number;
  /** No job for a good while. */
  readonly isIdle: boolean;
}

/**
 * Up to how many are warmed. A start takes CPU from the attempts that run, so while they do, only slots that are free
 * and jobs that wait count: those are sure to need one, or may at any moment, and would pay for the start themselves.
 */
export function wanted({ slots, running, waiting, isIdle }: Demand): number {
  if (isIdle) return Math.min(1, slots);
  return Math.min(slots, slots - running + waiting);
}

export class WarmPool implements SandboxSource {
  readonly #parts: Parts;
  readonly #closing = new AbortController();
  /** Ready and alive, the oldest first. */
  readonly #warm: WarmSandbox[] = [];
  readonly #removals = new Set<Promise<void>>();
  #keeping: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  #wake = () => {};
  #busyAt = performance.now();
  #pauseMs = 0;
  #pausedUntil = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#warm.length;
  }

  /** Begins to warm. Before, and after `close`, every job opens its own. */
  start(): void {
    this.#keeping ??= this.#keep();
  }

  async open(jobId: string, signal: AbortSignal): Promise<Sandbox> {
    // Sockets that have ended by now say so in this turn.
    await turn();
    signal.throwIfAborted();
    const warm = this.#warm.shift();
    this.#busyAt = performance.now();
    this.#wake();
    if (!warm) return await this.#parts.source.open(jobId, signal);
    this.#pauseMs = 0;
    this.#parts.live.add(warm.sandboxId, jobId);
    return warm.lease(signal);
  }

  /** Removes all that are warm and resolves when they are gone. Those that are leased are their jobs'. Never throws. */
  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    this.#closing.abort(new AstrogateError('draining'));
    this.#wake();
    for (const warm of this.#warm.splice(0)) this.#remove(warm);
    await this.#keeping;
    await Promise.all(this.#removals);
  }

  async #keep(): Promise<void> {
    const { state } = this.#parts;
    const stop = state.onChange((name) => {
      // An engine that is back may be tried at once.
      if (name === 'SERVING') this.#pausedUntil = 0;
      this.#wake();
    });
    while (!this.#closing.signal.aborted) {
      this.#retire();
      if (this.#lacks() && this.#dueInMs(this.#pausedUntil) <= 0) await this.#warmOne();
      else await this.#sleep();
    }
    stop();
  }

  #isBusy(): boolean {
    return this.#parts.admission.running > 0;
  }

  #isIdle(): boolean {
    if (this.#isBusy()) this.#busyAt = performance.now();
    return this.#dueInMs(this.#busyAt + limits.idleMs) <= 0;
  }

  #lacks(): boolean {
    const { admission, slots, state } = this.#parts;
    const { running, waiting } = admission;
    const isIdle = this.#isIdle();
    return state.name === 'SERVING' && this.#warm.length < wanted({ slots, running, waiting, isIdle });
  }

  /** Removes what has waited too long, and all but one when idle. */
  #retire(): void {
    const isIdle = this.#isIdle();
    const isDue = ([oldest, ...others]: readonly WarmSandbox[]) =>
      oldest && ((isIdle && others.length > 0) || this.#dueInMs(oldest.warmSince + limits.warmMs) <= 0);
    while (isDue(this.#warm)) this.#remove(this.#warm.shift());
  }

  async #warmOne(): Promise<void> {
    const { source, log } = this.#parts;
    const begun = performance.now();
    try {
      const warm = await warmUp(source, limits.readyMs, this.#closing.signal);
      if (this.#closing.signal.aborted) return this.#remove(warm);
      this.#warm.push(warm);
      void warm.stirred.then(() => this.#lose(warm));
      log.debug({ sandboxId: warm.sandboxId, ms: Math.round(performance.now() - begun) }, 'sandbox warmed');
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#hold();
      log.warn({ err: error, pauseMs: this.#pauseMs }, 'no sandbox warmed');
    }
  }

  /** Drops a warm one that has ended, or misbehaves. */
  #lose(warm: WarmSandbox): void {
    const at = this.#warm.indexOf(warm);
    if (at < 0) return;
    this.#warm.splice(at, 1);
    this.#remove(warm);
    this.#hold();
    this.#parts.log.warn({ sandboxId: warm.sandboxId, pauseMs: this.#pauseMs }, 'warm sandbox lost');
    this.#wake();
  }

  /** Pauses warming after a loss. Losses during a pause are of the same cause; a long peace, or a lease, forgets them. */
  #hold(): void {
    const { first, longest } = limits.warmPauseMs;
    const sinceMs = -this.#dueInMs(this.#pausedUntil);
    if (sinceMs < 0) return;
    this.#pauseMs = sinceMs > longest ? first : Math.min(longest, Math.max(first, this.#pauseMs * 2));
    this.#pausedUntil = performance.now() + this.#pauseMs;
  }

  #remove(warm: WarmSandbox | undefined): void {
    if (!warm) return;
    const removal = warm[Symbol.asyncDispose]().finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }

  /** Until something happens, or the next thing is due. */
  async #sleep(): Promise<void> {
    const [oldest] = this.#warm;
    const times = [
      this.#pausedUntil,
      this.#busyAt + limits.idleMs,
      ...(oldest ? [oldest.warmSince + limits.warmMs] : []),
      ...(this.#isBusy() ? [performance.now() + limits.poolCheckMs] : []),
    ];
    const ahead = times.map((time) => this.#dueInMs(time)).filter((ms) => ms > 0);
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.ceil(Math.min(limits.idleMs, ...ahead)));
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
  }

  #dueInMs(time: number): number {
    return time - performance.now();
  }
}
