// A request that has its effect once, however often it is sent: its caller names it with a key.

export interface Once {
  /** Whose key it is: keys of different callers have nothing to do with each other. */
  readonly scope: string;
  readonly key: string;
  /** What was asked for, as a hash: the same key with something else is a mistake. */
  readonly requestHash: string;
}

/** How long a key is remembered, milliseconds: a day. It goes with its job, if that is deleted or forgotten before. */
export const onceMs = 24 * 60 * 60 * 1000;
