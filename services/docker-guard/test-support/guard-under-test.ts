// A guard in this process on a socket of its own, its log, and requests to it as exact bytes.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '@astrogate/common';
import { type ContainerSpec, containerSpec } from '@astrogate/sandbox-spec';
import { createService, type GuardService, readConfig } from '../src/index.js';

export interface GuardUnderTest extends AsyncDisposable {
  readonly service: GuardService;
  readonly socketPath: string;
  /** Reasons of everything that was denied so far. */
  readonly denials: string[];
  /** Of the solver that the specs belong to. */
  readonly instanceId: string;
  /** A canonical spec; `life` in milliseconds from now. */
  spec(life?: number): ContainerSpec & { sandboxId: string };
  /** Sends exactly these bytes; the whole answer as text. */
  send(bytes: string | Buffer, options?: SendOptions): Promise<string>;
  /** The status with which `line` (method and target) is answered. */
  status(line: string, body?: string | Buffer): Promise<number>;
}

interface SendOptions {
  /** End our side after the bytes. */
  readonly halfClose?: boolean;
  /** Hang up with the first bytes of the answer. */
  readonly hangUp?: boolean;
}

/** Longest wait for an answer to hostile bytes; the guard's own limit is 10 s. */
const answerMs = 20_000;

export async function startGuard(engineSocket: string, env: NodeJS.ProcessEnv): Promise<GuardUnderTest> {
  const directory = mkdtempSync(join(tmpdir(), 'guard-test-'));
  const socketPath = join(directory, 'sock');
  const denials: string[] = [];
  const note = (fields: { reason?: string }) => fields.reason !== undefined && denials.push(fields.reason);
  const log = { debug: () => {}, info: () => {}, warn: note, error: () => {} } as unknown as Logger;
  const config = readConfig({ GUARD_DOCKER_SOCKET: engineSocket, GUARD_LISTEN: socketPath, ...env });
  const service = await createService(config, { log });
  const instanceId = randomBytes(16).toString('hex');
  const send = (bytes: string | Buffer, options?: SendOptions) => exchange(socketPath, bytes, options);
  return {
    service,
    socketPath,
    denials,
    instanceId,
    send,
    spec(life = 60_000) {
      const sandboxId = randomBytes(16).toString('hex');
      const expiresAt = new Date(Date.now() + life);
      const imageId = service.context.facts.image.Id;
      return { sandboxId, ...containerSpec(sandboxId, { imageId, instanceId, expiresAt, indexDir: config.indexDir }) };
    },
    status: async (line, body) => statusOf(await send(requestBytes(line, body))),
    async [Symbol.asyncDispose]() {
      await service.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** A plain request as the solver sends it. */
export function requestBytes(line: string, body: string | Buffer = '', headers: readonly string[] = []): Buffer {
  const hasLength = headers.some((header) => /^(content-length|transfer-encoding):/i.test(header));
  const head = [
    `${line} HTTP/1.1`,
    'Host: localhost',
    ...headers,
    ...(hasLength || line.startsWith('GET') ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
}

export const createLine = (name: string) => `POST /v1.41/containers/create?name=${name}`;

/** Status of the first answer in `text`; 0 when there is none. */
export const statusOf = (text: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);

function exchange(
  socketPath: string,
  bytes: string | Buffer,
  { halfClose = false, hangUp = false }: SendOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: socketPath, allowHalfOpen: true });
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => reject(new Error('no answer')), answerMs);
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(chunks).toString('latin1'));
    };
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (hangUp) done();
    });
    socket.on('end', done);
    // Cut while we still wrote: what was answered until then counts.
    socket.on('error', done);
    socket.write(bytes);
    if (halfClose) socket.end();
  });
}
