// A gRPC call of which every header and every byte is chosen by the test, over node:http2.
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { errorCodeTrailer } from '@astrogate/proto';
import type { Credentials } from '../certificates.js';
import { grpcHeaders } from './raw-http2.js';

export interface Ending {
  /** gRPC status, undefined when none came. */
  readonly status: number | undefined;
  /** The trailer of the error table, undefined when none came. */
  readonly errorCode: string | undefined;
  readonly message: string | undefined;
  /** HTTP status, undefined when no answer came. */
  readonly http: number | undefined;
  /** Code of RST_STREAM, 0 when the stream ended well. */
  readonly rst: number;
  /** Bytes of all messages. */
  readonly body: Buffer;
}

export interface RawCall {
  readonly stream: ClientHttp2Stream;
  readonly ending: Promise<Ending>;
  /** Resolves when the first message has come, or the call has ended. */
  readonly answered: Promise<void>;
}

/** Rejects when the server does not want this client. */
export async function openSession(
  port: number,
  ca: Buffer,
  identity: Partial<Credentials>,
): Promise<ClientHttp2Session> {
  const options = { host: '127.0.0.1', servername: 'localhost', port, ca, ...identity, ALPNProtocols: ['h2'] };
  const socket = connectTls(options);
  const session = connect('https://localhost', { createConnection: () => socket });
  session.on('error', () => {});
  session.once('close', () => socket.destroy());
  await new Promise((resolve, reject) => {
    session.once('remoteSettings', resolve);
    // TLS 1.3 tells a client only after the handshake that its certificate was refused, and not every session notices.
    socket.once('error', reject).once('close', () => reject(new Error('the connection was closed')));
  });
  return session;
}

/** Opens a call; an undefined header is left out. */
export function rawCall(
  session: ClientHttp2Session,
  path: string,
  headers: Record<string, string | undefined> = {},
): RawCall {
  const all = Object.entries({ ...grpcHeaders(path), ...headers }).filter(([, value]) => value !== undefined);
  const stream = session.request(Object.fromEntries(all), { endStream: false });
  const answered = Promise.withResolvers<void>();
  const body: Buffer[] = [];
  let seen: IncomingHttpHeaders = {};
  stream.on('response', (response) => Object.assign(seen, response));
  stream.on('trailers', (trailers) => {
    seen = { ...seen, ...trailers };
  });
  stream.on('error', () => {});
  // The server's end is the end of a call; HTTP/2 would wait for ours. The trailers are told in the same turn.
  stream.on('end', () => setImmediate(() => stream.close()));
  stream.on('data', (bytes: Buffer) => {
    body.push(bytes);
    answered.resolve();
  });
  const ending = new Promise<Ending>((resolve) => {
    stream.on('close', () => {
      answered.resolve();
      resolve(describe(seen, stream.rstCode ?? 0, Buffer.concat(body)));
    });
  });
  return { stream, ending, answered: answered.promise };
}

function describe(seen: IncomingHttpHeaders, rst: number, body: Buffer): Ending {
  const text = (name: string) => (seen[name] === undefined ? undefined : String(seen[name]));
  const status = text('grpc-status');
  return {
    status: status === undefined ? undefined : Number(status),
    errorCode: text(errorCodeTrailer),
    message: text('grpc-message'),
    http: seen[':status'] as number | undefined,
    rst,
    body,
  };
}

/** One message and a half-close; the ending. */
export async function rawUnary(
  session: ClientHttp2Session,
  path: string,
  bytes: Buffer,
  headers: Record<string, string | undefined> = {},
): Promise<Ending> {
  const { stream, ending } = rawCall(session, path, headers);
  stream.end(bytes);
  return await ending;
}
