// Requests over HTTPS to a server whose authority the test says; nobody else's is believed.
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the api has answered
  readonly body: any;
}

export interface Asking {
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string;
  readonly signal?: AbortSignal;
}

/** `ca`: PEM of the one authority that counts. A connection for each call. */
export async function httpsCall(ca: string, method: string, url: string, asking: Asking = {}): Promise<Answer> {
  const { body = '', headers = {}, signal } = asking;
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const message = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    const call = request(url, {
      method,
      ca,
      agent: false,
      headers: { ...length, ...headers },
      ...(signal && { signal }),
    });
    // A server that refuses a body need not read all of it.
    call.once('response', (answer) => {
      call.on('error', () => {});
      resolve(answer);
    });
    call.once('error', reject);
    call.end(body);
  });
  const text = (await buffer(message)).toString();
  const isJson = /json\b/.test(message.headers['content-type'] ?? '');
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : {},
  };
}
