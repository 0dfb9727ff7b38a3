// A refusal that says when to come back.
import { AstrogateError } from '@astrogate/proto';

export class LimitError extends AstrogateError {
  override name = 'LimitError';

  constructor(
    code: 'rate_limited' | 'quota_exceeded',
    message: string,
    /** After so long the same request may succeed. */
    readonly retryMs: number,
  ) {
    super(code, message);
  }
}
