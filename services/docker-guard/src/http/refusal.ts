// The answer to what is not let through: always the same words, since the caller may be hostile.
import type { Duplex } from 'node:stream';
import { type Logger, untrusted } from '@astrogate/common';
import { Denied } from '../denied.js';
import { EngineLost } from '../engine/engine-client.js';

const words = { 400: 'Bad Request', 403: 'Forbidden', 429: 'Too Many Requests', 500: 'Internal Server Error' } as const;
export type Refusal = keyof typeof words;

export interface Asked {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

/**
 * Logs why a request is refused and says what to answer; undefined: nothing, the connection is cut. That is how a lost
 * engine would look without a guard, and the caller tells it from a refusal by that.
 */
export function refusalOf(error: unknown, { method = '', url = '' }: Asked, log: Logger): Refusal | undefined {
  const asked = { method, path: untrusted(url) };
  if (error instanceof Denied) {
    log.warn({ audit: true, ...asked, reason: error.reason }, 'denied');
    return error.status;
  }
  log.error({ ...asked, err: error }, error instanceof EngineLost ? 'engine lost' : 'request failed');
  return error instanceof EngineLost ? undefined : 500;
}

export const refusalBody = (status: Refusal) =>
  JSON.stringify({ message: `docker-guard: ${words[status].toLowerCase()}` });

/** Answers on a bare connection, which ends with it. */
export function refuseConnection(socket: Duplex, status: Refusal | undefined): void {
  socket.on('error', () => {});
  if (status === undefined || !socket.writable) {
    socket.destroy();
    return;
  }
  writeAnswer(socket, status, words[status], refusalBody(status));
}

/** Writes a whole answer and ends the connection. */
export function writeAnswer(socket: Duplex, status: number, word: string, body: string): void {
  const head = [
    `HTTP/1.1 ${status} ${word}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
