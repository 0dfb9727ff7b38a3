// Writes event frames to stdout.
import { encodeEvent, outcomeSchema, type SandboxOutcome, type Stage } from '@astrogate/proto/sandbox';
import type { Versions } from './versions.js';

/** How often progress is written at the most; the first of a stage always is. */
const mostProgress = 200;

export class Reporter {
  #started = performance.now();
  #progress = 0;

  constructor(private readonly out: NodeJS.WritableStream) {}

  ready(versions: Versions): void {
    this.out.write(encodeEvent('ready', { versions }));
  }

  /** Elapsed time counts from now: a sandbox may have waited long for its job. */
  jobStarted(): void {
    this.#started = performance.now();
  }

  /** `detail`: at most 200 characters, of our own making. */
  progress(stage: Stage, detail: string): void {
    if (++this.#progress > mostProgress) return;
    const elapsedSeconds = (performance.now() - this.#started) / 1000;
    this.out.write(encodeEvent('progress', { stage, detail, elapsedSeconds }));
  }

  /** Resolves when the outcome has left. Throws ZodError when it is not a valid one; nothing is written then. */
  async outcome(outcome: SandboxOutcome): Promise<void> {
    const frame = encodeEvent('outcome', outcomeSchema.parse(outcome));
    await new Promise<void>((resolve, reject) => {
      this.out.write(frame, (error) => (error ? reject(error) : resolve()));
    });
  }
}
