// The one table of errors: every failure that anyone outside can see has a code here, and every edge (HTTP, gRPC,
// CLI) reads its status from here. A new code does not compile until all columns are filled.

/** gRPC status names, as in google.rpc.Code. */
export type GrpcStatusName =
  | 'CANCELLED'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DATA_LOSS'
  | 'UNAUTHENTICATED';

export interface ErrorRow {
  /** HTTP status of the public api. */
  http: number;
  /** gRPC status of the solver. */
  grpc: GrpcStatusName;
  /** Whether the same request may succeed later without a change. */
  retryable: boolean;
  /** Short summary, the same for every occurrence (RFC 9457 "title"). */
  title: string;
}

const row = (http: number, grpc: GrpcStatusName, retryable: boolean, title: string): ErrorRow => ({
  http,
  grpc,
  retryable,
  title,
});

export const errorTable = {
  invalid_request: row(400, 'INVALID_ARGUMENT', false, 'A field of the request is wrong'),
  invalid_upload: row(400, 'INVALID_ARGUMENT', false, 'The upload is missing, empty or not a single file'),
  upload_mismatch: row(400, 'DATA_LOSS', true, 'The upload arrived damaged'),
  upload_lost: row(500, 'DATA_LOSS', true, 'The upload was lost before it was solved'),
  upload_aborted: row(400, 'CANCELLED', true, 'The upload ended early'),
  upload_timeout: row(408, 'DEADLINE_EXCEEDED', true, 'The upload took too long'),
  upload_too_large: row(413, 'RESOURCE_EXHAUSTED', false, 'The upload is larger than allowed'),
  unsupported_format: row(415, 'INVALID_ARGUMENT', false, 'This is not a picture of a supported format'),
  image_unreadable: row(422, 'FAILED_PRECONDITION', false, 'The picture is damaged or its header is wrong'),
  image_too_large: row(422, 'FAILED_PRECONDITION', false, 'The picture has more pixels than allowed'),
  image_too_small: row(422, 'FAILED_PRECONDITION', false, 'The picture has too few pixels to find stars in'),
  memory_limit: row(422, 'RESOURCE_EXHAUSTED', false, 'Solving needed more memory than a sandbox has'),
  output_limit: row(422, 'RESOURCE_EXHAUSTED', false, 'The sandbox answered more than allowed'),
  solver_failed: row(422, 'FAILED_PRECONDITION', false, 'The sandbox ended without a valid answer'),
  timeout: row(504, 'DEADLINE_EXCEEDED', false, 'The time limit of the job passed'),
  cancelled: row(409, 'CANCELLED', false, 'The job was cancelled'),
  not_found: row(404, 'NOT_FOUND', false, 'There is no such thing'),
  method_not_allowed: row(405, 'UNIMPLEMENTED', false, 'This method is not allowed here'),
  not_acceptable: row(406, 'INVALID_ARGUMENT', false, 'None of the accepted media types can be produced'),
  no_solution: row(409, 'FAILED_PRECONDITION', false, 'The job has no solution'),
  idempotency_mismatch: row(422, 'FAILED_PRECONDITION', false, 'The idempotency key was used for another request'),
  too_many_streams: row(429, 'RESOURCE_EXHAUSTED', true, 'This caller has too many event streams open'),
  streams_exhausted: row(503, 'RESOURCE_EXHAUSTED', true, 'No further event stream can be opened now'),
  payload_too_large: row(413, 'RESOURCE_EXHAUSTED', false, 'The request body is larger than allowed'),
  ambiguous_target: row(409, 'FAILED_PRECONDITION', false, 'More than one container is this target'),
  target_not_running: row(409, 'FAILED_PRECONDITION', false, 'The target does not run'),
  target_absent: row(409, 'FAILED_PRECONDITION', false, 'No container is this target'),
  target_failed: row(502, 'FAILED_PRECONDITION', true, 'The engine could not do that with the target'),
  engine_unavailable: row(503, 'UNAVAILABLE', true, 'No solver has a Docker Engine that answers'),
  system_job_active: row(409, 'FAILED_PRECONDITION', false, 'Another admin job has not ended'),
  unauthenticated: row(401, 'UNAUTHENTICATED', false, 'Credentials are missing or wrong'),
  forbidden: row(403, 'PERMISSION_DENIED', false, 'This caller may not do that'),
  second_factor_needed: row(401, 'UNAUTHENTICATED', false, 'The code of the second factor is needed as well'),
  account_locked: row(429, 'RESOURCE_EXHAUSTED', true, 'Too many wrong tries with this name'),
  weak_password: row(400, 'INVALID_ARGUMENT', false, 'This password is not taken'),
  conflict: row(409, 'FAILED_PRECONDITION', false, 'This cannot be done as things stand'),
  rate_limited: row(429, 'RESOURCE_EXHAUSTED', true, 'This caller asks too often'),
  quota_exceeded: row(429, 'RESOURCE_EXHAUSTED', true, 'What this caller may use on one day is used up'),
  busy: row(503, 'RESOURCE_EXHAUSTED', true, 'All slots are taken and the queue is full'),
  solver_unavailable: row(503, 'UNAVAILABLE', true, 'The solver cannot be reached'),
  sandbox_unavailable: row(503, 'UNAVAILABLE', true, 'Sandboxes cannot be started now'),
  draining: row(503, 'UNAVAILABLE', true, 'The service is shutting down'),
  storage_unavailable: row(503, 'UNAVAILABLE', true, 'The storage cannot be reached now'),
  storage_full: row(507, 'RESOURCE_EXHAUSTED', true, 'There is no room for the upload'),
  vault_sealed: row(503, 'FAILED_PRECONDITION', true, 'Vault is sealed'),
  vault_unavailable: row(503, 'UNAVAILABLE', true, 'Vault cannot be reached or is not ready'),
  vault_denied: row(503, 'FAILED_PRECONDITION', false, 'Vault does not let Astrogate do that'),
  unseal_failed: row(422, 'FAILED_PRECONDITION', false, 'These keys do not unseal Vault'),
  snapshot_rejected: row(422, 'FAILED_PRECONDITION', false, 'Vault does not take this snapshot'),
  backup_invalid: row(422, 'FAILED_PRECONDITION', false, 'The backup cannot be used'),
  backup_not_found: row(404, 'NOT_FOUND', false, 'There is no such backup'),
  certificate_invalid: row(422, 'FAILED_PRECONDITION', false, 'This certificate cannot be installed'),
  certificate_not_served: row(502, 'FAILED_PRECONDITION', true, 'The server does not show the certificate'),
  system_paused: row(503, 'UNAVAILABLE', true, 'No jobs are taken while an admin job changes the system'),
  internal: row(500, 'INTERNAL', false, 'Something went wrong inside'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** Whether `value` is a code of the table. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorTable, value);
}

/** An error that may leave a process: its code and message are meant for the caller, its cause only for the log. */
export class AstrogateError extends Error {
  override name = 'AstrogateError';

  constructor(
    readonly code: ErrorCode,
    message: string = errorTable[code].title,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get retryable(): boolean {
    return errorTable[this.code].retryable;
  }

  /** `error` itself when it is one of ours, else a new one with code `fallback`, a neutral message and the cause. */
  static from(error: unknown, fallback: ErrorCode = 'internal'): AstrogateError {
    return error instanceof AstrogateError ? error : new AstrogateError(fallback, undefined, { cause: error });
  }
}
