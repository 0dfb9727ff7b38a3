// The sandboxes that this process holds now, and the job that each works on. What carries our instance id and is not
// here is a leftover.

/** Stands for the job of a sandbox that is warm and waits for one. No job has this id. */
export const nobody = '';

export class LiveSandboxes {
  readonly #jobs = new Map<string, string>();

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

  has(sandboxId: string): boolean {
    return this.#jobs.has(sandboxId);
  }

  jobOf(sandboxId: string): string | undefined {
    return this.#jobs.get(sandboxId);
  }
}
