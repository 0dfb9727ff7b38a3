// Counts the calls that are open, by identity and over all connections: HTTP/2's own limit of streams holds for one
// connection only, and a client may open as many of those as it likes.

export class OpenCalls {
  readonly #most: number;
  readonly #open = new Map<string, number>();

  /** `most` calls of one identity may be open at once. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts a call of `identity`; false, and nothing is counted, when it has as many as it may. */
  enter(identity: string): boolean {
    const open = this.#open.get(identity) ?? 0;
    if (open >= this.#most) return false;
    this.#open.set(identity, open + 1);
    return true;
  }

  /** Takes back what `enter` counted; once per call. */
  leave(identity: string): void {
    const open = this.#open.get(identity) ?? 0;
    if (open <= 1) this.#open.delete(identity);
    else this.#open.set(identity, open - 1);
  }
}
