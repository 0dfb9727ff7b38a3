// An error that says when another try is worth while.
import { AstrogateError, type ErrorCode } from '@astrogate/proto';

export class WaitError extends AstrogateError {
  override name = 'WaitError';
  /** A whole number, 1 at least, as header Retry-After has it. */
  readonly seconds: number;

  /** `seconds`: rounded up. */
  constructor(code: ErrorCode, seconds: number, message?: string) {
    super(code, message);
    this.seconds = Math.max(1, Math.ceil(seconds));
  }
}
