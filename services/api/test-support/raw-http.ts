// HTTP written byte by byte on a socket, for what a well-behaved client never sends.
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

export class RawClient {
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  readonly #closed = Promise.withResolvers<void>();
  readonly #answered = Promise.withResolvers<RawAnswer>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#chunks.push(chunk);
      this.#look();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => this.#closed.resolve());
  }

  static open(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' }, () => resolve(new RawClient(socket)));
      socket.once('error', reject);
    });
  }

  send(data: string | Buffer): void {
    this.#socket.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data);
  }

  /** Sends and waits until the socket takes more. */
  async sendDrained(data: Buffer): Promise<void> {
    if (this.#socket.write(data)) return;
    await Promise.race([new Promise((resolve) => this.#socket.once('drain', resolve)), this.#closed.promise]);
  }

  /** The first answer, once it is complete. */
  answer(): Promise<RawAnswer> {
    return this.#answered.promise;
  }

  closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Bytes of all answers so far. */
  get received(): number {
    return this.#socket.bytesRead;
  }

  /** All answers so far, heads and bodies. */
  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #look(): void {
    const bytes = Buffer.concat(this.#chunks);
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = bytes.toString('latin1', 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const body = bytes.subarray(end + 4);
    if (body.length >= length)
      this.#answered.resolve({ status: Number(head.slice(9, 12)), body: body.toString('utf8', 0, length) });
  }
}

export const boundary = 'XBOUNDX';

/** A part of a form: `headers` after the name, then the body. */
export function part(disposition: string, body: string | Buffer, type = ''): Buffer {
  const head = `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${type ? `Content-Type: ${type}\r\n` : ''}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body as string), Buffer.from('\r\n')]);
}

export const formEnd = Buffer.from(`--${boundary}--\r\n`);

/** The head of a POST with a form of `length` bytes. */
export function postHead(path: string, length: number, type = `multipart/form-data; boundary=${boundary}`): string {
  return `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`;
}

/** Sends `body` as a form and returns the answer. */
export async function postRaw(port: number, path: string, body: Buffer, type?: string): Promise<RawAnswer> {
  const client = await RawClient.open(port);
  try {
    client.send(postHead(path, body.length, type));
    client.send(body);
    return await client.answer();
  } finally {
    client.destroy();
  }
}
