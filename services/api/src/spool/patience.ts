// How long one waits for a server that says nothing. Time in which nobody wants anything of it does not count.
import { Readable } from 'node:stream';
import { maxChunkBytes } from '@astrogate/common';

/** A server that is silent for so long is taken for away. It may have to write 50 MB to a slow disk meanwhile. */
const patienceMs = 20_000;

/** Runs `act` with a signal that fires when `patienceMs` pass without a call of `progress`. */
export async function withPatience<T>(act: (signal: AbortSignal, progress: () => void) => Promise<T>): Promise<T> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), patienceMs);
  try {
    return await act(giveUp.signal, () => void timer.refresh());
  } finally {
    clearTimeout(timer);
  }
}

/**
 * `body` as fast as it is read; while a chunk is wanted, the server may be silent for `patienceMs` at the most. An error
 * of `body` becomes what `toError` makes of it.
 */
export function patientReader(body: Readable, toError: (error: unknown) => Error): Readable {
  const chunks: AsyncIterator<Buffer, undefined> = body[Symbol.asyncIterator]();
  // It may break while nobody reads.
  body.on('error', () => {});
  return new Readable({
    // Several chunks of a socket (64 KiB) in a message, and never more than fit.
    highWaterMark: maxChunkBytes / 2,
    read() {
      const timer = setTimeout(() => body.destroy(new Error('the server fell silent')), patienceMs);
      chunks
        .next()
        .finally(() => clearTimeout(timer))
        .then(
          ({ done, value }) => void this.push(done ? null : value),
          (error) => this.destroy(toError(error)),
        );
    },
    destroy(error, done) {
      body.destroy();
      done(error);
    },
  });
}
