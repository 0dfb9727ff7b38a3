// What goes wrong between us and the Docker Engine.
import { AstrogateError } from '@astrogate/proto';

/**
 * `unreachable`: no connection, or no answer in time. `not_found`, `conflict`: HTTP 404, 409. `refused`: any other
 * answer that is not success. To whoever called the solver all of them mean that no sandbox can be started now.
 */
export type EngineErrorKind = 'unreachable' | 'not_found' | 'conflict' | 'refused';

export class EngineError extends AstrogateError {
  override name = 'EngineError';

  constructor(
    readonly kind: EngineErrorKind,
    options?: ErrorOptions,
  ) {
    super('sandbox_unavailable', undefined, options);
  }

  /** From what dockerode or a socket threw. */
  static of(error: unknown): EngineError {
    if (error instanceof EngineError) return error;
    const status = (error as { statusCode?: unknown }).statusCode;
    return new EngineError(kindOf(status), { cause: error });
  }
}

function kindOf(status: unknown): EngineErrorKind {
  if (status === undefined) return 'unreachable';
  if (status === 404) return 'not_found';
  return status === 409 ? 'conflict' : 'refused';
}

export function isEngineError(error: unknown, kind: EngineErrorKind): boolean {
  return error instanceof EngineError && error.kind === kind;
}
