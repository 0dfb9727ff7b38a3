// What every command gets: where to write, and the signal of Ctrl-C. It leaves its exit code behind.
import type { ExitCode } from '../exit-codes.js';
import type { Output } from '../output/output.js';

export interface CommandContext {
  readonly output: Output;
  /** Fires on the first Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** Set by a command that ends with another code than 0 without a failure. */
  exitCode: ExitCode;
}
