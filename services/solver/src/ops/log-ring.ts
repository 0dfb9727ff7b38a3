// The last log lines, kept for TailLogs. A destination of the logger, besides stdout.

const maxLineLength = 16_384;

export class LogRing {
  readonly #size: number;
  readonly #lines: string[] = [];
  readonly #listeners = new Set<(line: string) => void>();

  constructor(size: number) {
    this.#size = size;
  }

  /** Called by the logger with one line. */
  write(line: string): void {
    const kept = line.trimEnd().slice(0, maxLineLength);
    this.#lines.push(kept);
    if (this.#lines.length > this.#size) this.#lines.shift();
    for (const listener of this.#listeners) listener(kept);
  }

  last(count: number): string[] {
    return count === 0 ? [] : this.#lines.slice(-count);
  }

  /** Calls `listener` with every line from now on; the result ends that. */
  follow(listener: (line: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
