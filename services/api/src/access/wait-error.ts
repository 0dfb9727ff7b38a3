// An error that says when another try is worth while.
import { AstrogateError, type ErrorCode } from '@astrogate/proto';

export class WaitError extends AstrogateError {
  override name = 'WaitError';

  /** `seconds`: a whole number, for header Retry-After. */
  constructor(
    code: ErrorCode,
    readonly seconds: number,
    message?: string,
  ) {
    super(code, message);
  }
}
