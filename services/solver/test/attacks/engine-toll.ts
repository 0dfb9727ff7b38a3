// A TCP way to an engine on which every call is noted, and on which the answer to a create is held back until the new
// container has been looked at.
import { connect, createServer, type Socket } from 'node:net';
import type { EngineEndpoint } from '../../src/sandbox/endpoint.js';

export interface Toll {
  readonly url: string;
  /** "METHOD /path" of every call, ids and names replaced. */
  readonly asked: ReadonlySet<string>;
  close(): Promise<void>;
}

interface Reports {
  /** The container exists; whoever asked for it hears so when this has settled. */
  onCreated(id: string): Promise<void>;
  /** Something that no solver of ours does. */
  onIrregular(line: string): void;
}

const createPath = /^POST \/v[\d.]+\/containers\/create\b/;

export async function openToll(engine: EngineEndpoint, reports: Reports): Promise<Toll> {
  const asked = new Set<string>();
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ ...('socketPath' in engine ? { path: engine.socketPath } : engine), allowHalfOpen: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    near.once('close', () => far.destroy());
    void pass(near, far, asked, reports).catch((error) => {
      reports.onIrregular(String(error));
      near.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `tcp://127.0.0.1:${(server.address() as { port: number }).port}`,
    asked,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** One connection is one call: the engine closes after its answer, so that a second call behind the first is not heard. */
async function pass(near: Socket, far: Socket, asked: Set<string>, reports: Reports): Promise<void> {
  const head = await readHead(near);
  if (head === undefined) return;
  const [line = ''] = head.text.split('\r\n', 1);
  asked.add(withoutIds(line));
  if (!/\r\nconnection: (close|upgrade)\r\n/i.test(head.text)) throw new Error(`a connection is kept after ${line}`);
  far.write(head.bytes);
  near.pipe(far);
  if (!createPath.test(line)) {
    far.pipe(near);
    return;
  }
  const answer: Buffer[] = [];
  for await (const bytes of far) answer.push(bytes as Buffer);
  const whole = Buffer.concat(answer);
  const id = /"Id":"([0-9a-f]{64})"/.exec(whole.toString())?.[1];
  if (id !== undefined) await reports.onCreated(id);
  else if (/^HTTP\/1\.1 2/.test(whole.toString())) reports.onIrregular(`an answer without an id to ${line}`);
  near.end(whole);
}

/** The first bytes up to the end of the request's head, or undefined when there is none. */
function readHead(socket: Socket): Promise<{ text: string; bytes: Buffer } | undefined> {
  const { promise, resolve } = Promise.withResolvers<{ text: string; bytes: Buffer } | undefined>();
  let bytes = Buffer.alloc(0);
  const onData = (more: Buffer) => {
    bytes = Buffer.concat([bytes, more]);
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return;
    socket.pause();
    socket.off('data', onData);
    resolve({ text: bytes.toString('latin1', 0, end + 4), bytes });
  };
  socket.on('data', onData);
  socket.once('close', () => resolve(undefined));
  return promise;
}

const withoutIds = (line: string) =>
  line
    .replace(/ HTTP\/1\.1$/, '')
    .replace(/\?.*$/, '')
    .replace(/\/containers\/(?!create\b|json\b)[^/]+/, '/containers/ID')
    .replace(/\/images\/[^/]+/, '/images/ID');
