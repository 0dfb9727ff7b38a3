// The way from `astrogate ops` to the solver: gRPC with mutual TLS. Every call has a deadline and a request id.
import { randomUUID } from 'node:crypto';
import { ConfigError, keepaliveOptions, messageOptions, readTlsFiles } from '@astrogate/common';
import {
  type AdminServiceClient,
  adminService,
  type ErrorCode,
  errorCodeTrailer,
  errorTable,
  isErrorCode,
  type OpsServiceClient,
  opsService,
  requestIdKey,
  type SolverServiceClient,
  solverService,
} from '@astrogate/proto';
import {
  type ClientReadableStream,
  type ClientUnaryCall,
  credentials,
  Metadata,
  makeGenericClientConstructor,
  type ServiceDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type { OpsDefaults } from '../config.js';
import { type Failure, Interrupted, ServerFailure, UnreachableFailure, UsageFailure } from '../failure.js';

interface CallOptions {
  readonly deadline: number;
}
type Done<Answer> = (error: ServiceError | null, answer?: Answer) => void;

export interface SolverClient {
  readonly ops: OpsServiceClient;
  readonly admin: AdminServiceClient;
  readonly solver: SolverServiceClient;
  /** Stands in the log lines of the solver for every call of this client. */
  readonly requestId: string;
  /** Makes one call and waits for its answer, at most `seconds`. Throws Failure. */
  ask<Answer>(
    seconds: number,
    send: (metadata: Metadata, options: CallOptions, done: Done<Answer>) => ClientUnaryCall,
  ): Promise<Answer>;
  /** Hands every message to `take` until the stream ends, within `seconds`. Throws Failure. */
  listen<Message>(
    seconds: number,
    open: (metadata: Metadata, options: CallOptions) => ClientReadableStream<Message>,
    take: (message: Message) => void,
  ): Promise<void>;
  close(): void;
}

/** Connects to the solver at `address`; calls are cancelled when `interrupted` fires. Throws UsageFailure. */
export function connectSolver(options: OpsDefaults, interrupted: AbortSignal): SolverClient {
  const channel = channelCredentials(options);
  const settings = { ...keepaliveOptions, ...messageOptions, 'grpc.enable_retries': 0 };
  const connect = (service: unknown) =>
    new (makeGenericClientConstructor(service as ServiceDefinition, ''))(options.address, channel, settings);
  const clients = { ops: connect(opsService), admin: connect(adminService), solver: connect(solverService) };
  const requestId = randomUUID();
  const failure = (error: ServiceError) =>
    interrupted.aborted ? new Interrupted() : fromServiceError(error, options.address, requestId);
  const metadata = new Metadata();
  metadata.set(requestIdKey, requestId);
  const callOptions = (seconds: number) => ({ deadline: Date.now() + seconds * 1000 });

  return {
    ops: clients.ops as unknown as OpsServiceClient,
    admin: clients.admin as unknown as AdminServiceClient,
    solver: clients.solver as unknown as SolverServiceClient,
    requestId,
    ask: (seconds, send) =>
      new Promise((resolve, reject) => {
        const call = send(metadata, callOptions(seconds), (error, answer) =>
          error || answer === undefined ? reject(failure(error as ServiceError)) : resolve(answer),
        );
        interrupted.addEventListener('abort', () => call.cancel(), { once: true });
      }),
    listen: (seconds, open, take) =>
      new Promise((resolve, reject) => {
        const call = open(metadata, callOptions(seconds));
        interrupted.addEventListener('abort', () => call.cancel(), { once: true });
        call.on('data', take);
        call.on('end', () => resolve());
        call.on('error', (error) => reject(failure(error as ServiceError)));
      }),
    close: () => {
      for (const client of Object.values(clients)) client.close();
    },
  };
}

function channelCredentials({ ca, cert, key }: OpsDefaults) {
  const missing = Object.entries({ '--ca': ca, '--cert': cert, '--key': key }).filter(([, path]) => path === '');
  if (missing.length > 0)
    throw new UsageFailure(
      `${missing.map(([name]) => name).join(', ')} must be given (or ASTROGATE_OPS_CA, ASTROGATE_OPS_CERT, ASTROGATE_OPS_KEY)`,
    );
  try {
    const files = readTlsFiles({ ca, cert, key }, 'client');
    return credentials.createSsl(files.ca, files.key, files.cert);
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageFailure(error.message, { cause: error });
    throw error;
  }
}

/** Without a code of the table, UNAVAILABLE means that no solver answered. */
function fromServiceError(error: ServiceError, address: string, requestId: string): Failure {
  const trailer = error.metadata?.get(errorCodeTrailer)[0]?.toString();
  if (error.code === status.DEADLINE_EXCEEDED)
    return new UnreachableFailure(address, 'no answer in time', { cause: error });
  if (!isErrorCode(trailer) && error.code === status.UNAVAILABLE)
    return new UnreachableFailure(address, error.details.replace(/\. Resolution note:.*$/s, ''), { cause: error });
  const code = isErrorCode(trailer) ? trailer : codeOf(error.code);
  return new ServerFailure({
    code,
    detail: error.details || errorTable[code].title,
    retryable: errorTable[code].retryable,
    requestId,
  });
}

function codeOf(code: status): ErrorCode {
  if (code === status.PERMISSION_DENIED) return 'forbidden';
  if (code === status.UNAUTHENTICATED) return 'unauthenticated';
  if (code === status.UNIMPLEMENTED) return 'method_not_allowed';
  return 'internal';
}
