// Moves bytes between us and an attached sandbox: stdin with backpressure, stdout as events under a cap, stderr as a
// bounded tail. It trusts nothing that comes out.
import type { Socket } from 'node:net';
import { AstrogateError, EventDecoder, type EventKind } from '@astrogate/proto';
import { stderrTailBytes, stdoutBytes } from '../limits.js';
import { ByteTail } from './byte-tail.js';
import { FrameSplitter } from './frames.js';

export interface SandboxEvent {
  readonly kind: EventKind;
  readonly json: Buffer;
}

export class Pump {
  readonly #socket: Socket;
  readonly #stderr = new ByteTail(stderrTailBytes);
  stdoutBytes = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    // A sandbox may end before it has read everything; how it ended is told by its events, not by EPIPE.
    socket.on('error', () => {});
  }

  /** Resolves when the next bytes may come. Bytes for a sandbox that has ended are dropped. */
  async write(bytes: Buffer): Promise<void> {
    if (!this.#socket.writable || this.#socket.write(bytes)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = () => {
      for (const event of ['drain', 'close', 'error']) this.#socket.off(event, stop);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) this.#socket.on(event, stop);
    await promise;
  }

  /**
   * Events until the sandbox closes its output or the connection breaks; how the program ended is asked elsewhere.
   * Throws AstrogateError: `output_limit` above the cap, `solver_failed` for bytes that are no events, and the reason
   * given to `close`. Leaving the loop closes the connection.
   */
  async *events(): AsyncGenerator<SandboxEvent> {
    const frames = new FrameSplitter();
    const decoder = new EventDecoder();
    try {
      for await (const chunk of this.#socket as AsyncIterable<Buffer>) {
        yield* decode(decoder, this.#stdoutOf(frames, chunk));
      }
    } catch (error) {
      if (error instanceof AstrogateError) throw error;
    }
  }

  /** Closes both directions; whoever reads events gets `reason`, if there is one. */
  close(reason?: Error): void {
    this.#socket.destroy(reason);
  }

  get stderrTail(): string {
    return this.#stderr.toString();
  }

  get stderrBytes(): number {
    return this.#stderr.total;
  }

  /** The stdout bytes in `chunk`, joined, so that many tiny frames cost no more than one. */
  #stdoutOf(frames: FrameSplitter, chunk: Buffer): Buffer {
    const parts = orSolverFailed(() => frames.push(chunk));
    for (const { stream, bytes } of parts) if (stream === 'stderr') this.#stderr.push(bytes);
    const stdout = Buffer.concat(parts.filter(({ stream }) => stream === 'stdout').map(({ bytes }) => bytes));
    this.stdoutBytes += stdout.length;
    if (this.stdoutBytes > stdoutBytes) throw new AstrogateError('output_limit');
    return stdout;
  }
}

function decode(decoder: EventDecoder, bytes: Buffer): SandboxEvent[] {
  return orSolverFailed(() => decoder.push(bytes));
}

function orSolverFailed<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw AstrogateError.from(error, 'solver_failed');
  }
}
