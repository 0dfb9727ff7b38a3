// A way to a server that can fall silent: connections stay open and carry nothing any more. New ones work.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SilentProxy extends Disposable {
  /** The same URL, through here. */
  readonly url: string;
  /** All connections that are open now. */
  silence(): void;
}

export async function silentProxy(url: string): Promise<SilentProxy> {
  const { hostname, port } = new URL(url);
  const all: Socket[] = [];
  const passing = new Set<Socket>();
  const join = (from: Socket, to: Socket) =>
    from
      .on('data', (chunk) => passing.has(from) && to.write(chunk))
      .on('error', () => {})
      .on('close', () => to.destroy());
  const proxy = createServer((inner) => {
    const outer = connect(Number(port), hostname);
    all.push(inner, outer);
    for (const socket of [inner, outer]) passing.add(socket);
    join(inner, outer);
    join(outer, inner);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    url: through.href,
    silence: () => passing.clear(),
    [Symbol.dispose]() {
      for (const socket of all) socket.destroy();
      proxy.close();
    },
  };
}
