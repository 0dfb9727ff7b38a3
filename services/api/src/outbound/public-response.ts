// The answer of a server outside: its body as a stream that ends at a number of bytes and at a time.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Hop } from './hop.js';
import { OutboundError } from './outbound-error.js';

/** An answer whose body is still to be read. Read it to its end, or dispose of it. */
export interface PublicResponse extends Disposable {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  /** As sent, without unpacking any content-encoding. Throws OutboundError when it is too large, too slow or broken. */
  readonly body: AsyncIterable<Buffer>;
}

/** All bytes of the body. Throws what reading it throws. */
export async function readBody(response: PublicResponse): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** `end` is called once nothing more is wanted from the server. Throws OutboundError for a body that says it is too large. */
export function toResponse(
  hop: Hop,
  message: IncomingMessage,
  maxBytes: number,
  { signal, end }: { signal: AbortSignal; end: (reason: unknown) => void },
): PublicResponse {
  // It is also told to whoever reads the body, if anybody does.
  message.on('error', () => undefined);
  const close = () => {
    end(new OutboundError('unreachable', 'Nobody wants the answer'));
    message.destroy();
  };
  if (Number(message.headers['content-length']) > maxBytes && hop.method !== 'HEAD') {
    close();
    throw tooLarge(maxBytes);
  }
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    url: hop.url.href,
    body: bounded(message, maxBytes, signal, close),
    [Symbol.dispose]: close,
  };
}

async function* bounded(
  message: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
  close: () => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : OutboundError.from(error);
  } finally {
    close();
  }
}

const tooLarge = (maxBytes: number) => new OutboundError('too_large', `The answer is larger than ${maxBytes} bytes`);
