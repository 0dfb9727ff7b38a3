// Calls to the Docker Engine over its socket, each on a connection of its own, with nothing in it but what we put there.
import { type ClientRequest, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { answerBytes, engineCallMs } from '../limits.js';

/** No connection to the engine, no answer in time, or an answer that is none. */
export class EngineLost extends Error {
  override name = 'EngineLost';
}

export interface EngineAnswer {
  readonly status: number;
  /** Parsed; undefined when it was empty or no JSON. */
  readonly body: unknown;
}

export interface EngineCall {
  /** JSON. */
  readonly body?: Buffer;
  /** Gives the call up; the engine may still do what was asked. */
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface EngineClient {
  /** `path` includes version and query. Throws EngineLost. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, options?: EngineCall): Promise<EngineAnswer>;
  /** A hijacked connection, or the status with which it was refused. Throws EngineLost. */
  attach(path: string): Promise<Socket | number>;
}

export function createEngineClient(socketPath: string): EngineClient {
  return {
    call: (method, path, { body, signal, timeoutMs = engineCallMs } = {}) => {
      const headers = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': body.length };
      const timeout = timeoutMs === Number.POSITIVE_INFINITY ? [] : [AbortSignal.timeout(timeoutMs)];
      const call = request({
        socketPath,
        method,
        path,
        agent: false,
        headers: { Host: 'docker', Connection: 'close', ...headers },
        signal: AbortSignal.any([...timeout, ...(signal === undefined ? [] : [signal])]),
      });
      return answerOf(call.end(body));
    },
    attach: (path) => attach(socketPath, path),
  };
}

async function answerOf(call: ClientRequest): Promise<EngineAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<EngineAnswer>();
  const lost = (cause: unknown) => reject(new EngineLost('the engine does not answer', { cause }));
  call.on('error', lost);
  call.on('response', (response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('error', lost);
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > answerBytes) call.destroy(new Error('the answer is too long'));
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks)) }));
  });
  return await promise;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return;
  }
}

async function attach(socketPath: string, path: string): Promise<Socket | number> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket | number>();
  const upgrade = request({
    method: 'POST',
    path,
    headers: { Host: 'docker', Connection: 'Upgrade', Upgrade: 'tcp', 'Content-Length': '0' },
    createConnection: () => connect({ path: socketPath, allowHalfOpen: true }),
  });
  const timer = setTimeout(() => upgrade.destroy(new Error('attach was not answered in time')), engineCallMs);
  upgrade.once('upgrade', (_response, socket, head) => {
    if (head.length > 0) socket.unshift(head);
    resolve(socket as Socket);
  });
  upgrade.once('response', (response) => {
    resolve(response.statusCode ?? 0);
    upgrade.destroy();
  });
  upgrade.on('error', (cause) => reject(new EngineLost('the engine does not answer', { cause })));
  upgrade.end();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
