// FakeSolverServer: a gRPC server over mTLS that speaks the contract and does as a test tells it. It solves nothing.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type SolveEventInit,
  type SolveHeaderMessage,
  type SolveRequestMessage,
  type SolverServiceHandlers,
  solverService,
} from '@astrogate/proto';
import { Metadata, Server, ServerCredentials, type ServerDuplexStream, type ServiceError, status } from '@grpc/grpc-js';
import type { TlsPaths } from './certificates.js';
import { solvedOutcome } from './outcomes.js';

export interface SeenAttempt {
  header: SolveHeaderMessage;
  metadata: Metadata;
  /** Sizes of the chunks as they came. */
  chunks: number[];
  bytes: number;
  sha256: string;
  cancelled: Promise<void>;
}

type SolveCall = ServerDuplexStream<SolveRequestMessage, SolveEventInit>;

export interface Script {
  /** Called with the header; the default accepts at once. */
  onHeader?: (call: SolveCall, seen: SeenAttempt) => void;
  /** Called when the client has half-closed; the default sends a solution. */
  onEnd?: (call: SolveCall, seen: SeenAttempt) => void;
}

export class FakeSolverServer {
  readonly attempts: SeenAttempt[] = [];
  script: Script = {};
  slots = 2;
  accepting = true;

  private constructor(
    readonly server: Server,
    readonly address: string,
  ) {}

  static async start(tls: TlsPaths, port = 0): Promise<FakeSolverServer> {
    const server = new Server({ 'grpc.max_receive_message_length': 1024 * 1024 });
    const keys = [{ private_key: readFileSync(tls.key), cert_chain: readFileSync(tls.cert) }];
    const credentials = ServerCredentials.createSsl(readFileSync(tls.ca), keys, true);
    const bound = await new Promise<number>((resolve, reject) =>
      server.bindAsync(`localhost:${port}`, credentials, (error, found) => (error ? reject(error) : resolve(found))),
    );
    const fake = new FakeSolverServer(server, `localhost:${bound}`);
    server.addService(solverService, fake.#handlers() as never);
    return fake;
  }

  stop(): void {
    this.server.forceShutdown();
  }

  #handlers(): SolverServiceHandlers {
    return {
      Solve: (call) => this.#solve(call),
      GetCapacity: (_call, done) =>
        done(null, {
          slots: this.slots,
          running: 0,
          waiting: 0,
          maxWaiting: 64,
          accepting: this.accepting,
          maxUploadBytes: 52_428_800,
        }),
      ListIndexes: (_call, done) =>
        done(null, { indexes: [{ name: 'a.fits', indexId: 4110, scaleLow: 60, scaleHigh: 85, sizeBytes: 9 }] }),
    };
  }

  #solve(call: SolveCall): void {
    const hash = createHash('sha256');
    let seen: SeenAttempt | undefined;
    call.on('data', ({ header, chunk }: SolveRequestMessage) => {
      if (header) {
        const cancelled = new Promise<void>((resolve) => call.once('cancelled', () => resolve()));
        seen = { header, metadata: call.metadata, chunks: [], bytes: 0, sha256: '', cancelled };
        this.attempts.push(seen);
        (this.script.onHeader ?? accept)(call, seen);
      }
      if (chunk && seen) {
        hash.update(chunk);
        seen.chunks.push(chunk.length);
        seen.bytes += chunk.length;
      }
    });
    call.on('end', () => {
      if (!seen || call.cancelled) return;
      seen.sha256 = hash.digest('hex');
      (this.script.onEnd ?? solve)(call, seen);
    });
  }
}

export function accept(call: SolveCall): void {
  call.write({ accepted: { waitedBehind: 0 } });
}

function solve(call: SolveCall): void {
  call.write({ started: { sandboxId: 'a1' } });
  call.write({ progress: { stage: 'STAGE_SEARCH', detail: 'blind', elapsedSeconds: 0.5 } });
  call.write({ outcome: solvedOutcome as never });
  call.end();
}

/** Ends a call with a status and, when given, an `error-code` trailer. */
export function refuse(call: SolveCall, code: status, errorCode?: string): void {
  const metadata = new Metadata();
  if (errorCode) metadata.set('error-code', errorCode);
  call.emit('error', { code, details: 'secret detail', metadata } as unknown as ServiceError);
}

export { status };
