// HTTP/2 frame by frame over mTLS, for what no HTTP/2 library sends. Knows no huffman and no table: what it writes is
// literal, and of what comes back it reads frame heads only.
import { connect, type TLSSocket } from 'node:tls';
import type { Credentials } from '../certificates.js';

export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  rst: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const endStream = 1;
export const endHeaders = 4;

export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** An HPACK block of literals without indexing. */
export function headerBlock(headers: Record<string, string>): Buffer {
  return Buffer.concat(
    Object.entries(headers).map(([name, value]) =>
      Buffer.concat([Buffer.from([0]), length(name), Buffer.from(name), length(value), Buffer.from(value)]),
    ),
  );
}

/** HPACK integer with a prefix of 7 bits. */
function length(text: string): Buffer {
  let rest = Buffer.byteLength(text);
  if (rest < 127) return Buffer.from([rest]);
  const bytes = [127];
  for (rest -= 127; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

export const grpcHeaders = (path: string, more: Record<string, string> = {}): Record<string, string> => ({
  ':method': 'POST',
  ':scheme': 'https',
  ':path': path,
  ':authority': 'localhost',
  'content-type': 'application/grpc',
  te: 'trailers',
  'grpc-timeout': '80S',
  ...more,
});

export const reset = (stream: number): Buffer => frame(frameType.rst, 0, stream, Buffer.from([0, 0, 0, 8]));
export const preface = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(frameType.settings, 0, 0),
]);

export interface FrameHead {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export class RawHttp2 {
  readonly heads: FrameHead[] = [];
  readonly closed: Promise<void>;
  readonly #socket: TLSSocket;
  #rest = Buffer.alloc(0);

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('data', (bytes) => this.#read(bytes));
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** Shakes hands; nothing of HTTP/2 is sent yet. */
  static async open(port: number, ca: Buffer, identity: Credentials): Promise<RawHttp2> {
    const options = { host: '127.0.0.1', servername: 'localhost', port, ca, ...identity, ALPNProtocols: ['h2'] };
    const socket = connect(options);
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    return new RawHttp2(socket);
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** Resolves when the bytes were taken, or the connection is gone. */
  async send(...parts: Buffer[]): Promise<void> {
    if (!this.isOpen || this.#socket.write(Buffer.concat(parts))) return;
    await Promise.race([new Promise((resolve) => this.#socket.once('drain', resolve)), this.closed]);
  }

  /** Reads nothing more. */
  pause(): void {
    this.#socket.pause();
  }

  count(type: number): number {
    return this.heads.filter((head) => head.type === type).length;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 9) {
      const size = this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < 9 + size) return;
      this.heads.push({
        type: this.#rest[3] ?? 0,
        flags: this.#rest[4] ?? 0,
        stream: this.#rest.readUInt32BE(5) & 0x7fff_ffff,
        payload: this.#rest.subarray(9, 9 + size),
      });
      this.#rest = this.#rest.subarray(9 + size);
    }
  }
}
