// The way to the solver, and the only file of the api that imports grpc-js.
import type { Readable } from 'node:stream';
import { keepaliveOptions, messageOptions, type TlsFiles } from '@astrogate/common';
import {
  AstrogateError,
  type CapacityMessage,
  errorCodeTrailer,
  type HeaderGuess,
  type Hints,
  type ImageFormat,
  type JobLimits,
  jobIdKey,
  type OutcomeMessage,
  type ProgressMessage,
  requestIdKey,
  type SolveEventMessage,
  type SolveHeaderInit,
  type SolveRequestInit,
  type SolverServiceClient,
  type StarIndexMessage,
  solverService,
} from '@astrogate/proto';
import {
  type ClientDuplexStream,
  type ClientUnaryCall,
  credentials,
  experimental,
  Metadata,
  makeGenericClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { newId } from './new-id.js';
import { solverError } from './solver-error.js';
import type { Place } from './solvers/solver-address.js';
import { chunkDone } from './spool/collect-chunks.js';

/** One try to run a job. */
export interface Attempt {
  readonly jobId: string;
  readonly requestId: string;
  /** Opaque name of whoever asked; empty: unknown. */
  readonly callerKey: string;
  readonly upload: {
    /** Its bytes, in chunks of at most `maxChunkBytes`; read by the solver that accepts the attempt. */
    readonly content: Readable;
    readonly bytes: number;
    readonly sha256: Buffer;
    readonly format: ImageFormat;
  };
  readonly hints: Hints;
  readonly guesses: readonly HeaderGuess[];
  readonly limits: JobLimits;
}

export interface AttemptOptions {
  /** Cancels the attempt. */
  readonly signal: AbortSignal;
  /** The solver holds a slot; from now on bytes of the upload are sent. */
  onAccepted(): void;
  onProgress(progress: ProgressMessage): void;
}

export interface SolverClient {
  /** Runs an attempt to its outcome. Throws AstrogateError when it did not end by itself. */
  solve(attempt: Attempt, options: AttemptOptions): Promise<OutcomeMessage>;
  /** Throws AstrogateError. */
  capacity(): Promise<CapacityMessage>;
  /** Throws AstrogateError. */
  indexes(): Promise<StarIndexMessage[]>;
  /** `listener` is called when `capacity` would answer with other slots than before. */
  onChange?(listener: () => void): void;
  close(): void;
}

/** What an attempt may take beside its own time limit: a minute of waiting for a slot, and sending 50 MB. */
const marginMs = 90_000;
/** A healthy solver answers a question about itself in milliseconds. */
const questionMs = 5_000;

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

type SolveCall = ClientDuplexStream<SolveRequestInit, SolveEventMessage>;

const SolverService = makeGenericClientConstructor(solverService, 'SolverService');

export class GrpcSolverClient implements SolverClient {
  readonly #client: SolverServiceClient;

  constructor({ name, addresses }: Pick<Place, 'name' | 'addresses'>, tls: TlsFiles) {
    const channel = credentials.createSsl(tls.ca, tls.key, tls.cert);
    const target = `${placeScheme}:${name}/${addresses.join(',')}`;
    this.#client = new SolverService(target, channel, channelOptions) as unknown as SolverServiceClient;
  }

  async solve(attempt: Attempt, options: AttemptOptions): Promise<OutcomeMessage> {
    options.signal.throwIfAborted();
    const metadata = new Metadata();
    metadata.set(requestIdKey, attempt.requestId);
    metadata.set(jobIdKey, attempt.jobId);
    const deadline = Date.now() + attempt.limits.maxSeconds * 1000 + marginMs;
    const call = this.#client.solve(metadata, { deadline });
    const cancel = () => call.cancel();
    options.signal.addEventListener('abort', cancel, { once: true });
    try {
      return await runAttempt(call, attempt, options);
    } catch (error) {
      throw options.signal.aborted ? new AstrogateError('cancelled', undefined, { cause: error }) : error;
    } finally {
      options.signal.removeEventListener('abort', cancel);
      call.cancel();
    }
  }

  async capacity(): Promise<CapacityMessage> {
    return this.#ask((metadata, options, done) => this.#client.getCapacity({}, metadata, options, done));
  }

  async indexes(): Promise<StarIndexMessage[]> {
    const answer = await this.#ask<{ indexes: StarIndexMessage[] }>((metadata, options, done) =>
      this.#client.listIndexes({}, metadata, options, done),
    );
    return answer.indexes;
  }

  close(): void {
    this.#client.close();
  }

  #ask<T>(
    send: (
      metadata: Metadata,
      options: { deadline: number },
      done: (error: ServiceError | null, answer?: T) => void,
    ) => ClientUnaryCall,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const metadata = new Metadata();
      metadata.set(requestIdKey, newId());
      send(metadata, { deadline: Date.now() + questionMs }, (error, answer) =>
        error || answer === undefined ? reject(fromServiceError(error)) : resolve(answer),
      );
    });
  }
}

/** Header, wait for `accepted`, chunks, end; resolves with the outcome once the stream has ended well. */
function runAttempt(call: SolveCall, attempt: Attempt, options: AttemptOptions): Promise<OutcomeMessage> {
  return new Promise((resolve, reject) => {
    let outcome: OutcomeMessage | undefined;
    let sending = false;
    call.on('data', ({ accepted, progress, outcome: last }: SolveEventMessage) => {
      if (accepted && !sending) {
        sending = true;
        options.onAccepted();
        sendUpload(call, attempt.upload.content).catch(reject);
      }
      if (progress) options.onProgress(progress);
      if (last) outcome = last;
    });
    call.on('error', (error) => reject(fromServiceError(error as ServiceError)));
    // After an error status 'error' comes first, so an end without an outcome is a broken promise of the solver.
    call.on('end', () => {
      if (outcome) return resolve(outcome);
      reject(new AstrogateError('internal', undefined, { cause: new Error('the stream ended without an outcome') }));
    });
    call.write({ header: toHeader(attempt) });
  });
}

function toHeader({ jobId, requestId, callerKey, upload, hints, guesses, limits }: Attempt): SolveHeaderInit {
  return {
    jobId,
    requestId,
    callerKey,
    uploadBytes: upload.bytes,
    uploadSha256: upload.sha256,
    format: upload.format,
    // No hint is ever present with the value undefined.
    hints: hints as NonNullable<SolveHeaderInit['hints']>,
    guesses: guesses as NonNullable<SolveHeaderInit['guesses']>,
    limits,
  };
}

/** Sends `upload` no faster than the solver takes it. Ends quietly when the call is over. */
async function sendUpload(call: SolveCall, upload: Readable): Promise<void> {
  const over = new Promise<void>((resolve) => {
    call.once('status', () => resolve());
    call.once('close', () => resolve());
  });
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  for await (const chunk of upload) {
    if (isOver) return;
    chunkDone(chunk.length);
    if (call.write({ chunk })) continue;
    await Promise.race([new Promise((resolve) => call.once('drain', resolve)), over]);
  }
  call.end();
}

function fromServiceError(error: ServiceError | null): AstrogateError {
  const trailer = error?.metadata?.get(errorCodeTrailer)[0]?.toString();
  const name = error ? (status[error.code] ?? '') : '';
  const isBroken = name === 'INTERNAL' && error?.details.startsWith('Received RST_STREAM');
  return solverError(isBroken ? 'UNAVAILABLE' : name, trailer, error);
}
