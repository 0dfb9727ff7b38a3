// A TCP way to an engine's socket on which a test sees requests go by, and may do something at that very moment.
import { connect, createServer, type Socket } from 'node:net';

export interface EngineTap {
  /** As in DOCKER_HOST. */
  url: string;
  /** Calls `act` once, when the next request whose first line matches has been passed on. */
  at(firstLine: RegExp, act: () => void): void;
  close(): Promise<void>;
}

/** `socketPath`: the engine's Unix socket. */
export async function openEngineTap(socketPath: string): Promise<EngineTap> {
  const sockets = new Set<Socket>();
  let armed: { firstLine: RegExp; act: () => void } | undefined;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: socketPath, allowHalfOpen: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    near.once('data', (bytes) => {
      const line = bytes.subarray(0, bytes.indexOf('\r\n')).toString('latin1');
      if (!armed?.firstLine.test(line)) return;
      const { act } = armed;
      armed = undefined;
      setImmediate(act);
    });
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `tcp://127.0.0.1:${(server.address() as { port: number }).port}`,
    at: (firstLine, act) => {
      armed = { firstLine, act };
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
