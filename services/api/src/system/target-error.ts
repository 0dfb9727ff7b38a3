// What a failed call about targets means: an error of the table. Pure. The trailer decides, as with solver-error.ts.
import { AstrogateError, type ErrorCode } from '@astrogate/proto';

const codeOfTrailer: Readonly<Record<string, ErrorCode>> = {
  // The alias has no container, or no solver knows it.
  not_found: 'target_absent',
  ambiguous_target: 'ambiguous_target',
  target_not_running: 'target_not_running',
  target_failed: 'target_failed',
  engine_unavailable: 'engine_unavailable',
  sandbox_unavailable: 'engine_unavailable',
  rate_limited: 'rate_limited',
  busy: 'rate_limited',
  timeout: 'timeout',
};

/** Of a solver that cannot be reached nobody knows whether it has an engine: to whoever wants an act it has none. */
const codeOfStatus: Readonly<Record<string, ErrorCode>> = {
  UNAVAILABLE: 'engine_unavailable',
  CANCELLED: 'engine_unavailable',
  DEADLINE_EXCEEDED: 'timeout',
};

/** `status`: name of the gRPC status. `trailer`: value of the `error-code` trailer. What we did wrong is `internal`. */
export function targetError(status: string, trailer: string | undefined, cause: unknown): AstrogateError {
  const known = trailer === undefined ? codeOfStatus : codeOfTrailer;
  const name = trailer ?? status;
  return new AstrogateError(Object.hasOwn(known, name) ? (known[name] as ErrorCode) : 'internal', undefined, { cause });
}

/** The same for a question, which changes nothing: who does not answer it in time cannot be reached. */
export function questionError(status: string, trailer: string | undefined, cause: unknown): AstrogateError {
  const isSilent = trailer === undefined && status === 'DEADLINE_EXCEEDED';
  return targetError(isSilent ? 'UNAVAILABLE' : status, trailer, cause);
}
