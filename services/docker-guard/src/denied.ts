// A request that the guard does not let through. The reason is for the guard's log; the caller hears only a status.

export class Denied extends Error {
  override name = 'Denied';

  /** `status`: 403 for what is never allowed, 429 for what is too much now. */
  constructor(
    readonly reason: string,
    readonly status: 403 | 429 = 403,
  ) {
    super(reason);
  }
}
