// A TCP way to a server on which a test counts the bytes that go by, and does something at that very moment.
import { connect, createServer, type Socket } from 'node:net';

export interface Tap {
  readonly port: number;
  /** Calls `act` once, when `bytes` more bytes have gone towards the server, or come from it. */
  after(direction: 'up' | 'down', bytes: number, act: () => void): void;
  /** Ends all connections as a broken cable would. */
  cut(): void;
  close(): Promise<void>;
}

export async function openTap(serverPort: number): Promise<Tap> {
  const sockets = new Set<Socket>();
  let armed: { direction: string; left: number; act: () => void } | undefined;
  const count = (direction: string, bytes: number) => {
    if (armed?.direction !== direction) return;
    armed.left -= bytes;
    if (armed.left > 0) return;
    const { act } = armed;
    armed = undefined;
    act();
  };
  const server = createServer((near) => {
    const far = connect({ port: serverPort, host: '127.0.0.1' });
    for (const [from, to, direction] of [
      [near, far, 'up'],
      [far, near, 'down'],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => count(direction, bytes.length));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    after: (direction, bytes, act) => {
      armed = { direction, left: bytes, act };
    },
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
