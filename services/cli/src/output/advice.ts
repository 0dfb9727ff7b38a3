// What the person can do about an error, for every code of the error table.
import { type ErrorCode, isErrorCode } from '@astrogate/proto';

const advice: Record<ErrorCode, string> = {
  invalid_request: 'correct the option that is named',
  invalid_upload: 'give one picture that is not empty',
  upload_mismatch: 'send it again',
  upload_lost: 'send it again',
  upload_aborted: 'send it again',
  upload_timeout: 'send it over a faster connection, or a smaller picture',
  upload_too_large: 'send a smaller picture, or ask whoever runs the server for a higher limit',
  unsupported_format: 'send JPEG, PNG, TIFF, FITS, PGM or PPM',
  image_unreadable: 'open the file in a viewer; if it is whole, save it in another format',
  image_too_large: 'bin or crop the picture',
  image_too_small: 'send a larger picture',
  memory_limit: 'use --downsample 2 or more, or crop the picture',
  output_limit: 'try again; if it stays, report it with the request id',
  solver_failed: 'try again; if it stays, report it with the request id',
  timeout:
    'give --scale-low and --scale-high or --ra and --dec, which makes the search much shorter, or a longer --max-seconds',
  cancelled: 'submit the picture again if you still want it solved',
  not_found: 'check the id; a deleted job is gone for good',
  method_not_allowed: 'check --server: something else than Astrogate may answer there',
  not_acceptable: 'check --server: something else than Astrogate may answer there',
  no_solution: 'look at the job: it is not finished, or it was not solved',
  idempotency_mismatch: 'use a new key for a new request',
  too_many_streams: 'follow fewer jobs at once, or list them',
  streams_exhausted: 'try again in a while, or look at the job instead of following it',
  payload_too_large: 'send less',
  ambiguous_target: "make the target's labels in the solver's configuration match one container",
  target_not_running: 'start the target first',
  target_absent: "create the target's container, or correct its labels in the solver's configuration",
  target_failed: "look at the target's log; it did not start or stop as it should",
  engine_unavailable: 'start the Docker Engine of the solver, or do by hand what the job asks for',
  system_job_active: 'wait until the other job has ended, or cancel it',
  unauthenticated: 'check the certificate or key that is used',
  forbidden: 'use a certificate or key that may do this',
  conflict: 'look at what is there now, then ask for something that can be done',
  rate_limited: 'try again in a while',
  busy: 'try again in a while',
  solver_unavailable: 'try again in a while; if it stays, tell whoever runs the server',
  sandbox_unavailable: 'try again in a while; if it stays, tell whoever runs the server',
  draining: 'try again in a while',
  storage_unavailable: 'try again in a moment; the server waits for its storage',
  storage_full: 'try again in a while; if it stays, tell whoever runs the server',
  internal: 'report it with the request id',
};

/** One clause without a full stop, or undefined for what the table does not know. */
export function adviceFor(code: string): string | undefined {
  return isErrorCode(code) ? advice[code] : undefined;
}
