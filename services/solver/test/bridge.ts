// A TCP bridge to the engine's socket, which tests cut to see what a solver does without an engine.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { parseEndpoint } from '../src/sandbox/endpoint.js';

export interface Bridge {
  readonly url: string;
  /** Cuts every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Listens again on the same port. */
  mend(): Promise<void>;
}

export async function openBridge(engineUrl: string): Promise<Bridge> {
  const target = parseEndpoint(engineUrl);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  const listen = async () => {
    server = createServer({ allowHalfOpen: true }, (near) => {
      const far = connect({ ...('socketPath' in target ? { path: target.socketPath } : target), allowHalfOpen: true });
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => sockets.delete(socket));
      }
      near.pipe(far);
      far.pipe(near);
    });
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
  };
  await listen();
  return {
    url: `tcp://127.0.0.1:${port}`,
    mend: listen,
    cut: async () => {
      const closed = new Promise((resolve) => server?.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
