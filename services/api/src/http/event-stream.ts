// Server-sent events (WHATWG HTML §9.2): writes what a source gives, no faster than the client reads, and ends when the
// source does, the client leaves, or the service drains. Knows nothing of jobs.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface StreamEvent {
  /** Grows from event to event; a client that comes back says the last one it has. */
  readonly id: number;
  /** Small letters and underscores. */
  readonly type: string;
  /** Anything that JSON can hold. */
  readonly data: unknown;
}

/** Proxies give up connections that are silent for a minute, some for half of one. */
const heartbeatMs = 15_000;
/** How long a client waits before it comes back, milliseconds. */
const retryMs = 2_000;

/** The id that a client which comes back has got last; undefined when it has none, or none of ours. */
export function lastEventId({ headers }: Pick<IncomingMessage, 'headers'>): number | undefined {
  const text = headers['last-event-id'];
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** One event as it is written. JSON has no line ends of its own, so the data is one line. */
export function encodeEvent({ id, type, data }: StreamEvent): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/**
 * Answers with the events of `source` and resolves when the stream has ended. The signal that `source` is given fires when
 * nobody wants more: the client is gone, or `draining` has fired. Rejects with what `source` throws; the stream is then
 * broken off, since its status has long been sent.
 */
export async function sendEvents(
  response: ServerResponse,
  source: (signal: AbortSignal) => AsyncIterable<StreamEvent>,
  draining: AbortSignal,
): Promise<void> {
  if (response.destroyed) return;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.on('error', () => gone.abort());
  const over = AbortSignal.any([gone.signal, draining]);
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // nginx would collect events.
    'x-accel-buffering': 'no',
  });
  response.write(`retry: ${retryMs}\n\n`);
  const heartbeat = startHeartbeat(response);
  try {
    for await (const event of untilAborted(source(over), over)) await write(response, encodeEvent(event), gone.signal);
    response.end();
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

/** Writes a comment from time to time; a client that has taken nothing since the last one is given up. */
function startHeartbeat(response: ServerResponse): NodeJS.Timeout {
  let wasFull = false;
  return setInterval(() => {
    if (response.writableNeedDrain && wasFull) response.destroy();
    else if (!response.writableNeedDrain) response.write(': still here\n\n');
    wasFull = response.writableNeedDrain;
  }, heartbeatMs).unref();
}

/** Resolves when the client has room for more, or is gone. */
async function write(response: ServerResponse, text: string, gone: AbortSignal): Promise<void> {
  if (gone.aborted || response.write(text)) return;
  await once(response, 'drain', { signal: gone }).catch(() => undefined);
}

/** The items of `source` until `signal` fires, even while the next one is awaited. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const aborted = Promise.withResolvers<{ done: true; value: undefined }>();
  const stop = () => aborted.resolve({ done: true, value: undefined });
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const items = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([items.next(), aborted.promise]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    // Not awaited: a source that hangs in its next item ends when it hears the signal.
    Promise.resolve(items.return?.()).catch(() => undefined);
  }
}
