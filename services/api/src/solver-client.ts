// Solving, as the api asks a solver for it.
import type { Readable } from 'node:stream';
import type { TlsFiles } from '@astrogate/common';
import {
  AstrogateError,
  type CapacityMessage,
  type HeaderGuess,
  type Hints,
  type ImageFormat,
  type JobLimits,
  type OutcomeMessage,
  type ProgressMessage,
  type SolveEventMessage,
  type SolveHeaderInit,
  type SolverServiceClient,
  type StarIndexMessage,
  solverService,
} from '@astrogate/proto';
import { askUnary, callMetadata, openClient, toOwnError } from './rpc/channel.js';
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

type SolveCall = ReturnType<SolverServiceClient['solve']>;

export class GrpcSolverClient implements SolverClient {
  readonly #client: SolverServiceClient;

  constructor(place: Pick<Place, 'name' | 'addresses'>, tls: TlsFiles) {
    this.#client = openClient<SolverServiceClient>(solverService, 'SolverService', place, tls);
  }

  async solve(attempt: Attempt, options: AttemptOptions): Promise<OutcomeMessage> {
    options.signal.throwIfAborted();
    const metadata = callMetadata(attempt.requestId, attempt.jobId);
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
    return askUnary((...call) => this.#client.getCapacity({}, ...call), { timeoutMs: questionMs });
  }

  async indexes(): Promise<StarIndexMessage[]> {
    const answer = await askUnary<{ indexes: StarIndexMessage[] }>((...call) => this.#client.listIndexes({}, ...call), {
      timeoutMs: questionMs,
    });
    return answer.indexes;
  }

  close(): void {
    this.#client.close();
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
    call.on('error', (error) => reject(toOwnError(error)));
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
