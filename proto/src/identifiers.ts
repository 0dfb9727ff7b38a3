// The shapes of names that cross a process border.

/** jobId, requestId and callerKey: what may stand in a log line, a header and a gRPC metadata value as it is. */
export const identifierPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Alias of an admin target. */
export const targetAliasPattern = /^[a-z0-9-]{1,32}$/;

/** Who caused an admin act. */
export const actorPattern = /^[A-Za-z0-9_@.:-]{1,64}$/;

/** gRPC metadata key of the trailer that carries an ErrorCode. */
export const errorCodeTrailer = 'error-code';

/** gRPC metadata key of the trailer with the milliseconds until a new try is worth while (gRPC proposal A6). */
export const retryDelayTrailer = 'grpc-retry-pushback-ms';

/** gRPC metadata keys that repeat the ids on every call. */
export const requestIdKey = 'request-id';
export const jobIdKey = 'job-id';
