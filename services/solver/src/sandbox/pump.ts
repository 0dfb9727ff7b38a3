// Moves bytes between us and an attached sandbox: stdin with backpressure, stdout as events under a cap, stderr as a
// bounded tail. It trusts nothing that comes out.
import type { Socket } from 'node:net';
import { AstrogateError, EventDecoder, type EventKind } from '@astrogate/proto';
import { stderrTailBytes, stdinMs, stdoutBytes } from '../limits.js';
import { ByteTail } from './byte-tail.js';
import { FrameSplitter } from './frames.js';

export interface SandboxEvent {
  readonly kind: EventKind;
  readonly json: Buffer;
}

/** Events of a socket after which a blocked writer goes on. */
const unblocking = ['drain', 'close', 'error'] as const;

export class Pump {
  readonly #socket: Socket;
  readonly #stdinMs: number;
  readonly #stderr = new ByteTail(stderrTailBytes);
  stdoutBytes = 0;

  constructor(socket: Socket, patienceMs = stdinMs) {
    this.#socket = socket;
    this.#stdinMs = patienceMs;
    // A sandbox may end before it has read everything; how it ended is told by its events, not by EPIPE.
    socket.on('error', () => {});
  }

  /**
   * Resolves when the next bytes may come. Bytes for a sandbox that has ended are dropped. Throws AstrogateError
   * `solver_failed` when it does not read: nothing else would end the attempt before its caller's deadline.
   */
  async write(bytes: Buffer): Promise<void> {
    if (!this.#socket.writable || this.#socket.write(bytes)) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stop = () => resolve();
    const timer = setTimeout(() => reject(new AstrogateError('solver_failed')), this.#stdinMs);
    for (const event of unblocking) this.#socket.on(event, stop);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      for (const event of unblocking) this.#socket.off(event, stop);
    }
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
        const stdout = this.#stdoutOf(frames, chunk);
        // Nothing is kept of a chunk that was stderr only, however many of them come.
        if (stdout.length > 0) yield* decode(decoder, stdout);
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
