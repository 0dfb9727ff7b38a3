// How many attempts of this process have ended, and how.
import type { OutcomeInit } from '@astrogate/proto';

export class Tally {
  solved = 0;
  notSolved = 0;
  /** Ended with a failure, or without an outcome. */
  failed = 0;

  /** Counts one attempt; `outcome` is undefined when it had none. */
  count(outcome: OutcomeInit | undefined): void {
    if (outcome?.solution) this.solved += 1;
    else if (outcome?.notSolved) this.notSolved += 1;
    else this.failed += 1;
  }
}
