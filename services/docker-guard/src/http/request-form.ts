// What every request must look like, whatever it asks for. One request per connection, and a body only where one belongs.
import type { IncomingMessage } from 'node:http';
import { Denied } from '../denied.js';
import { bodyBytes } from '../limits.js';

type Head = Pick<IncomingMessage, 'httpVersion' | 'headers' | 'rawHeaders'>;

/** Throws Denied unless the request is HTTP/1.1 with each header once, no transfer coding and no expectation. */
export function checkHead({ httpVersion, headers, rawHeaders }: Head): void {
  if (httpVersion !== '1.1') throw new Denied('not HTTP/1.1');
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  if (new Set(names).size !== names.length) throw new Denied('a header comes twice');
  for (const name of ['transfer-encoding', 'expect', 'trailer', 'te']) {
    if (headers[name] !== undefined) throw new Denied(`has the header ${name}`);
  }
  const length = headers['content-length'];
  if (length !== undefined && !/^(0|[1-9]\d{0,8})$/.test(length)) throw new Denied('an unusual content-length');
}

/** Bytes of body that are announced. Throws Denied when there may be none, or too many. */
export function announcedBytes({ headers }: Pick<Head, 'headers'>, mayHaveBody: boolean): number {
  const bytes = Number(headers['content-length'] ?? 0);
  if (bytes > 0 && !mayHaveBody) throw new Denied('a body where none belongs');
  if (bytes > bodyBytes) throw new Denied('the body is too long');
  return bytes;
}

/** Reads the body to its end. Throws Error when the caller leaves before. */
export async function readBody(request: AsyncIterable<Buffer>, announced: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > announced) throw new Denied('the body is longer than announced');
    chunks.push(chunk);
  }
  if (bytes !== announced) throw new Denied('the body is shorter than announced');
  return Buffer.concat(chunks);
}
