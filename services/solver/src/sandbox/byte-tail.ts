// Keeps the last bytes of a stream in fixed memory.

export class ByteTail {
  readonly #bytes: Buffer;
  /** Bytes that came in all. */
  total = 0;

  constructor(size: number) {
    this.#bytes = Buffer.alloc(size);
  }

  push(chunk: Buffer): void {
    const size = this.#bytes.length;
    const kept = chunk.subarray(Math.max(0, chunk.length - size));
    const start = (this.total + chunk.length - kept.length) % size;
    const first = kept.copy(this.#bytes, start);
    kept.copy(this.#bytes, 0, first);
    this.total += chunk.length;
  }

  toString(): string {
    const size = this.#bytes.length;
    if (this.total <= size) return this.#bytes.toString('utf8', 0, this.total);
    const start = this.total % size;
    return Buffer.concat([this.#bytes.subarray(start), this.#bytes.subarray(0, start)]).toString('utf8');
  }
}
