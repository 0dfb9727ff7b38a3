// gRPC as the api speaks it, and the only file of the api that imports grpc-js: connections over mTLS, the metadata of a
// call, and what its failure means. Knows no service of its own.
import { keepaliveOptions, messageOptions, type TlsFiles } from '@astrogate/common';
import { type AstrogateError, errorCodeTrailer, jobIdKey, requestIdKey, retryDelayTrailer } from '@astrogate/proto';
import {
  type ClientUnaryCall,
  credentials,
  experimental,
  Metadata,
  makeGenericClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { newId } from '../new-id.js';
import { solverError } from '../solver-error.js';
import type { Place } from '../solvers/solver-address.js';

const channelOptions = {
  ...keepaliveOptions,
  ...messageOptions,
  // A repeated attempt is the dispatcher's decision.
  'grpc.enable_retries': 0,
  // A solver that comes back is noticed within seconds; the default waits up to two minutes.
  'grpc.initial_reconnect_backoff_ms': 250,
  'grpc.max_reconnect_backoff_ms': 3_000,
};

/**
 * Targets such as "place:solver:7443/10.0.0.3,fd00::3": connected by address, while the name in front is the one that
 * the server's certificate must carry, as if grpc-js had resolved it. Each address has a connection of its own so.
 */
const placeScheme = 'place';

class PlaceResolver implements experimental.Resolver {
  #isOver = false;

  constructor(
    readonly target: experimental.GrpcUri,
    readonly listener: experimental.ResolverListener,
  ) {}

  updateResolution(): void {
    this.#isOver = false;
    const [name = '', list = ''] = this.target.path.split('/');
    const port = experimental.splitHostPort(name)?.port as number;
    const endpoints = list.split(',').map((host) => ({ addresses: [{ host, port }] }));
    setImmediate(() => this.#isOver || this.listener(experimental.statusOrFromValue(endpoints), {}, null, ''));
  }

  destroy(): void {
    this.#isOver = true;
  }

  static getDefaultAuthority({ path }: experimental.GrpcUri): string {
    return path.split('/')[0] as string;
  }
}

experimental.registerResolver(placeScheme, PlaceResolver);

/** A client of `service` at `place`, which must prove the place's name. It connects when it is asked something. */
export function openClient<Client>(
  service: Parameters<typeof makeGenericClientConstructor>[0],
  name: string,
  { name: address, addresses }: Pick<Place, 'name' | 'addresses'>,
  tls: TlsFiles,
): Client {
  const channel = credentials.createSsl(tls.ca, tls.key, tls.cert);
  const target = `${placeScheme}:${address}/${addresses.join(',')}`;
  const Service = makeGenericClientConstructor(service, name);
  return new Service(target, channel, channelOptions) as unknown as Client;
}

export function callMetadata(requestId: string, jobId?: string): Metadata {
  const metadata = new Metadata();
  metadata.set(requestIdKey, requestId);
  if (jobId !== undefined) metadata.set(jobIdKey, jobId);
  return metadata;
}

type Send<T> = (
  metadata: Metadata,
  options: { deadline: number },
  done: (error: ServiceError | null, answer?: T) => void,
) => ClientUnaryCall;

interface AskOptions {
  /** The call fails with DEADLINE_EXCEEDED after so many milliseconds. */
  readonly timeoutMs: number;
  /** A new one by default. */
  readonly requestId?: string;
  /** Ends the call. */
  readonly signal?: AbortSignal;
  /** What a failure means; by default what it means to somebody who wants something solved. */
  readonly toError?: ErrorOfStatus;
}

export type ErrorOfStatus = (status: string, trailer: string | undefined, cause: unknown) => AstrogateError;

/** The answer of a unary call. Throws AstrogateError. */
export function askUnary<T>(send: Send<T>, options: AskOptions): Promise<T> {
  const { timeoutMs, requestId = newId(), signal, toError } = options;
  return new Promise((resolve, reject) => {
    const call = send(callMetadata(requestId), { deadline: Date.now() + timeoutMs }, (error, answer) => {
      signal?.removeEventListener('abort', cancel);
      if (error || answer === undefined) reject(toOwnError(error, toError));
      else resolve(answer);
    });
    const cancel = () => call.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
  });
}

/** The error of the table that `error`, which grpc-js gave, stands for. */
export function toOwnError(error: unknown, toError: ErrorOfStatus = solverError): AstrogateError {
  const { code, details, metadata } = (error ?? {}) as Partial<ServiceError>;
  const trailer = metadata?.get(errorCodeTrailer)[0]?.toString();
  const name = code === undefined ? '' : (status[code] ?? '');
  const isBroken = name === 'INTERNAL' && details?.startsWith('Received RST_STREAM');
  return toError(isBroken ? 'UNAVAILABLE' : name, trailer, error);
}

/** How long the other side wants us to wait before we ask again, milliseconds; undefined: it has not said. */
export function retryDelayOf(error: AstrogateError): number | undefined {
  const { metadata } = (error.cause ?? {}) as Partial<ServiceError>;
  const text = metadata?.get(retryDelayTrailer)[0]?.toString() ?? '';
  return /^\d{1,7}$/.test(text) ? Number(text) : undefined;
}
