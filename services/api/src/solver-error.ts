// How a failed gRPC call becomes an error of the table. Pure. The trailer decides; the text of a status never leaves.
import { AstrogateError, type ErrorCode, isErrorCode } from '@astrogate/proto';

const codeOfStatus: Readonly<Record<string, ErrorCode>> = {
  UNAVAILABLE: 'solver_unavailable',
  DEADLINE_EXCEEDED: 'timeout',
  // The solver gives a code with every status of its own, so this is grpc-js whose stream ended under it.
  CANCELLED: 'solver_unavailable',
  RESOURCE_EXHAUSTED: 'busy',
  DATA_LOSS: 'upload_mismatch',
};

/** Codes that mean that api and solver disagree: nothing that the caller could mend or should see. */
const ownFault: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden', 'invalid_request', 'not_found']);

/**
 * `status`: name of the gRPC status. `trailer`: value of the `error-code` trailer, if any. Refused credentials and
 * refused headers become `internal`.
 */
export function solverError(status: string, trailer: string | undefined, cause: unknown): AstrogateError {
  const code = isErrorCode(trailer) ? trailer : (codeOfStatus[status] ?? 'internal');
  return new AstrogateError(ownFault.has(code) ? 'internal' : code, undefined, { cause });
}
