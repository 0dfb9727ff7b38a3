// Requests to a server over HTTPS, whose authority the test says, and nobody else's is believed; or over plain HTTP.
import { type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
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
  const request = url.startsWith('https:') ? requestSecure : requestPlain;
  const options = { method, ca, agent: false, headers: { ...length, ...headers }, ...(signal && { signal }) };
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(url, options);
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
