// Which containers this guard made, and how many more it may make.
import { Denied } from './denied.js';

export interface LedgerLimits {
  /** Sandboxes of the one solver at once. */
  readonly maxContainers: number;
  readonly createsPerMinute: number;
}

const minuteMs = 60_000;

export class Ledger {
  readonly #limits: LedgerLimits;
  readonly #made = new Set<string>();
  /** When sandboxes were created within the last minute, oldest first. */
  #creations: number[] = [];
  #creating = 0;

  constructor(limits: LedgerLimits) {
    this.#limits = limits;
  }

  /** How many of those that were made are not known to be gone. */
  get size(): number {
    return this.#made.size;
  }

  has(id: string): boolean {
    return this.#made.has(id);
  }

  forget(id: string): void {
    this.#made.delete(id);
  }

  /**
   * Runs `create`, which answers the new container's id or undefined, within the limits at `now` (milliseconds).
   * `countExisting` says how many sandboxes of the same solver the engine has, those of an earlier guard among them. Throws Denied with status 429.
   */
  async create(
    now: number,
    countExisting: () => Promise<number>,
    create: () => Promise<string | undefined>,
  ): Promise<void> {
    this.#creations = this.#creations.filter((time) => now - time < minuteMs);
    if (this.#creations.length >= this.#limits.createsPerMinute) throw new Denied('too many creates per minute', 429);
    this.#creations.push(now);
    this.#creating += 1;
    // This one and those before it, which the engine may or may not count already.
    const coming = this.#creating;
    try {
      if ((await countExisting()) + coming > this.#limits.maxContainers)
        throw new Denied('too many sandboxes at once', 429);
      const id = await create();
      if (id !== undefined) this.#made.add(id);
    } finally {
      this.#creating -= 1;
    }
  }
}
