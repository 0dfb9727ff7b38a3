// From an error to what a gRPC client sees: the status of the error table, a safe message, the code as a trailer.
import { AstrogateError, errorCodeTrailer, errorTable, retryDelayTrailer } from '@astrogate/proto';
import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import { TooManyActs } from '../admin/act-rate.js';

/** Only our own errors keep their message; of anything else nothing leaves the process. */
export function toStatus(error: unknown): StatusObject {
  const { code, message } = AstrogateError.from(error);
  const metadata = new Metadata();
  metadata.set(errorCodeTrailer, code);
  if (error instanceof TooManyActs) metadata.set(retryDelayTrailer, String(error.retryMs));
  return { code: status[errorTable[code].grpc], details: message, metadata };
}

/** The same as an Error, which is what grpc-js wants to get. */
export function toStatusError(error: unknown): Error & StatusObject {
  const status = toStatus(error);
  return Object.assign(new Error(status.details), status);
}
