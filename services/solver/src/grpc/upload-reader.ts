// Reads a Solve stream: one header, then exactly the bytes that it announced. The next message is asked for only when
// the last one was used, so that a slow sandbox slows the sender down.
import { createHash } from 'node:crypto';
import { maxChunkBytes } from '@astrogate/common';
import { AstrogateError, type ErrorCode, type SolveHeaderMessage, type SolveRequestMessage } from '@astrogate/proto';
import { chunkMs, headerMs, uploadMs } from '../limits.js';
import { within } from './within.js';

interface MessageStream {
  iterator(options: { destroyOnReturn: boolean }): AsyncIterator<SolveRequestMessage>;
}

export interface Patience {
  readonly headerMs: number;
  /** Longest silence between two chunks. */
  readonly chunkMs: number;
  /** Longest time for all chunks. */
  readonly uploadMs: number;
}

export class UploadReader {
  readonly #messages: AsyncIterator<SolveRequestMessage>;
  readonly #patience: Patience;

  constructor(stream: MessageStream, patience: Patience = { headerMs, chunkMs, uploadMs }) {
    // Ending the loop early must not destroy the call, which still has its status to send.
    this.#messages = stream.iterator({ destroyOnReturn: false });
    this.#patience = patience;
  }

  /** The first message, which must be a header. Throws `invalid_request`, `upload_timeout`, or the signal's reason. */
  async header(signal: AbortSignal): Promise<SolveHeaderMessage> {
    const message = await this.#next(this.#patience.headerMs, signal);
    if (message === undefined) throw new AstrogateError('invalid_request', 'The stream ended before its header');
    if (!message.header) throw new AstrogateError('invalid_request', 'The first message is not a header');
    return message.header;
  }

  /**
   * The upload in order. Ends only when exactly `bytes` bytes with this hash came and the client has half-closed.
   * Throws `invalid_request`, `upload_too_large`, `upload_mismatch`, `upload_timeout`, or the signal's reason.
   */
  async *chunks(expected: { bytes: number; sha256: Buffer }, signal: AbortSignal): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    const until = Date.now() + this.#patience.uploadMs;
    let have = 0;
    while (true) {
      const left = until - Date.now();
      demand(left > 0, 'upload_timeout');
      const message = await this.#next(Math.min(this.#patience.chunkMs, left), signal);
      if (message === undefined) break;
      const chunk = checkedChunk(message);
      have += chunk.length;
      demand(have <= expected.bytes, 'upload_too_large', 'More bytes came than the header said');
      hash.update(chunk);
      yield chunk;
    }
    demand(have === expected.bytes, 'upload_mismatch', 'Fewer bytes came than the header said');
    demand(
      hash.digest().equals(expected.sha256),
      'upload_mismatch',
      'The upload has another SHA-256 than the header said',
    );
  }

  async #next(ms: number, signal: AbortSignal): Promise<SolveRequestMessage | undefined> {
    const next = this.#messages.next();
    next.catch(() => {});
    try {
      const { done, value } = await within(next, ms, 'upload_timeout', signal);
      return done ? undefined : value;
    } catch (error) {
      // A stream that breaks does so because the caller is gone; the signal may fire a moment later.
      throw AstrogateError.from(signal.aborted ? signal.reason : error, 'upload_aborted');
    }
  }
}

function checkedChunk({ header, chunk }: SolveRequestMessage): Buffer {
  demand(!header, 'invalid_request', 'A second header came');
  demand(chunk !== undefined && chunk.length > 0, 'invalid_request', 'A chunk is empty');
  demand(chunk.length <= maxChunkBytes, 'invalid_request', `A chunk is larger than ${maxChunkBytes} bytes`);
  return chunk;
}

function demand(holds: boolean, code: ErrorCode, message?: string): asserts holds {
  if (!holds) throw new AstrogateError(code, message);
}
