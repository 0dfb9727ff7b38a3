// The sandboxes that this process holds now, and the job that each works on. What carries our instance id and is not
// here is a leftover.

/** Stands for the job of a sandbox that is warm and waits for one. No job has this id. */
export const nobody = '';

export class LiveSandboxes {
  readonly #jobs = new Map<string, string>();
  readonly #left = new Set<string>();

  /**
   * Before the container exists, so that the sweeper never sees one that is not listed; and again when one that was
   * warm is leased.
   */
  add(sandboxId: string, jobId: string): void {
    this.#jobs.set(sandboxId, jobId);
  }

  delete(sandboxId: string): void {
    this.#jobs.delete(sandboxId);
  }

  /** Nobody holds it any more, and it could not be removed: a sweep is due. */
  leave(sandboxId: string): void {
    this.#jobs.delete(sandboxId);
    this.#left.add(sandboxId);
  }

  /** Whether any was left since the last sweep. */
  get hasLeft(): boolean {
    return this.#left.size > 0;
  }

  /** A sweep has seen them. */
  forgetLeft(): void {
    this.#left.clear();
  }

  has(sandboxId: string): boolean {
    return this.#jobs.has(sandboxId);
  }

  jobOf(sandboxId: string): string | undefined {
    return this.#jobs.get(sandboxId);
  }
}
