// A fake Docker Engine: records every request that reaches it, byte by byte, and makes no container. For looking at what
// the guard forwards, and for faults that a real engine does not have on demand.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Recorded {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface FakeAnswer {
  readonly status: number;
  readonly body?: unknown;
}

export interface FakeEngine extends AsyncDisposable {
  readonly socketPath: string;
  readonly imageId: string;
  /** Everything asked since the last `forget`. */
  readonly recorded: Recorded[];
  forget(): void;
  /** Answers in place of the usual ones; undefined: the usual one. */
  answer: (line: string) => FakeAnswer | undefined | Promise<FakeAnswer | undefined>;
  /** What becomes of an attached connection; echoes unless replaced. */
  attached: (socket: Socket) => void;
}

export const fakeImage = 'astrogate/sandbox:fake';

export async function startFakeEngine(): Promise<FakeEngine> {
  const directory = mkdtempSync(join(tmpdir(), 'fake-engine-'));
  const socketPath = join(directory, 'sock');
  const imageId = `sha256:${'5'.repeat(64)}`;
  const recorded: Recorded[] = [];
  const sockets = new Set<Socket>();
  const fake: FakeEngine = {
    socketPath,
    imageId,
    recorded,
    forget: () => recorded.splice(0),
    answer: () => undefined,
    attached: (socket) => socket.pipe(socket),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true });
    },
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const line = `${request.method} ${request.url}`;
    recorded.push({ line, headers: request.headers, body: Buffer.concat(chunks) });
    const { status, body } = (await fake.answer(line)) ?? usualAnswer(line, imageId);
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket: Socket) => {
    recorded.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: Buffer.alloc(0) });
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    fake.attached(socket);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return fake;
}

function usualAnswer(line: string, imageId: string): FakeAnswer {
  if (line.endsWith('/version'))
    return { status: 200, body: { Version: 'fake', ApiVersion: '1.41', MinAPIVersion: '1.12' } };
  if (line.includes('/images/'))
    return { status: 200, body: { Id: imageId, Config: { Labels: { a: 'b' }, Env: ['X=1'] } } };
  if (line.includes('/containers/create')) return { status: 201, body: { Id: randomBytes(32).toString('hex') } };
  if (line.includes('/containers/json')) return { status: 200, body: [] };
  if (line.endsWith('/json')) return { status: 404, body: { message: 'No such container: /secret/path' } };
  return { status: line.startsWith('GET') ? 200 : 204 };
}
