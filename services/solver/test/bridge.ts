// A TCP bridge to the engine's socket, which tests cut, block or make lose requests: a fake of bad connections, nothing else.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { parseEndpoint } from '../src/sandbox/endpoint.js';

export interface Bridge {
  readonly url: string;
  /** Cuts every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Listens again on the same port, and lets bytes through again. */
  mend(): Promise<void>;
  /** A black hole from now on: connections are taken, and nothing comes through, nor any answer. */
  swallow(): void;
  /** Resets the next `count` connections whose request begins with `verb`; all others go on as before. */
  reset(verb: string, count: number): void;
}

export async function openBridge(engineUrl: string): Promise<Bridge> {
  const target = parseEndpoint(engineUrl);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  let isHole = false;
  const resets = new Map<string, number>();
  const isReset = (request: Buffer) => {
    const verb = request.subarray(0, request.indexOf(' ')).toString('latin1');
    const left = resets.get(verb) ?? 0;
    if (left > 0) resets.set(verb, left - 1);
    return left > 0;
  };
  const listen = async () => {
    server = createServer({ allowHalfOpen: true }, (near) => {
      const far = connect({ ...('socketPath' in target ? { path: target.socketPath } : target), allowHalfOpen: true });
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => sockets.delete(socket));
      }
      near.once('data', (request) => {
        if (isReset(request)) for (const socket of [near, far]) socket.destroy();
      });
      near.pipe(far);
      far.pipe(near);
      if (isHole) hold(near, far);
    });
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
  };
  await listen();
  return {
    url: `tcp://127.0.0.1:${port}`,
    mend: async () => {
      // What was swallowed stays lost, as behind a router that forgot its connections.
      if (isHole) for (const socket of sockets) socket.destroy();
      isHole = false;
      if (!server?.listening) await listen();
    },
    swallow: () => {
      isHole = true;
      hold(...sockets);
    },
    reset: (verb, count) => void resets.set(verb, count),
    cut: async () => {
      const closed = new Promise((resolve) => server?.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Nothing more is read from them, so that nothing goes out on the other side. */
function hold(...sockets: Socket[]): void {
  for (const socket of sockets) {
    socket.unpipe();
    socket.pause();
  }
}
