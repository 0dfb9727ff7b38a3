// Wall-clock time per stage.
import type { SandboxOutcome, Stage } from '@astrogate/proto/sandbox';

export class Stopwatch {
  readonly #seconds = new Map<Stage, number>();
  #stage: Stage | undefined;
  #since = performance.now();

  /** Ends the stage before, if any, and starts this one. */
  enter(stage: Stage): void {
    this.#close();
    this.#stage = stage;
  }

  /** Ends the last stage and gives all of them in the order in which they began. */
  timings(): SandboxOutcome['timings'] {
    this.#close();
    return [...this.#seconds].map(([stage, seconds]) => ({ stage, seconds }));
  }

  #close(): void {
    const now = performance.now();
    if (this.#stage) this.#seconds.set(this.#stage, (this.#seconds.get(this.#stage) ?? 0) + (now - this.#since) / 1000);
    this.#since = now;
  }
}
