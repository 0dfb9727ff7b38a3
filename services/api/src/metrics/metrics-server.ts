// A listener of its own for whoever watches this service. The public one never tells strangers about the load.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Family, formatFamilies, textType } from './text-format.js';

export interface MetricsServer {
  /** The port really listened on. */
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `GET /metrics` and nothing else. Rejects when it cannot listen at `host` and `port`. */
export async function startMetricsServer(
  { host, port }: { host: string; port: number },
  families: () => readonly Family[] | Promise<readonly Family[]>,
): Promise<MetricsServer> {
  const server = createServer(async (request, response) => {
    const isOurs = request.url === '/metrics' && (request.method === 'GET' || request.method === 'HEAD');
    if (!isOurs) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': textType }).end(formatFamilies(await families()));
  });
  // Scrapers come one or two at a time; whoever opens more is something else.
  server.maxConnections = 16;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen({ host, port }, resolve);
  await promise;
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      return closed;
    },
  };
}
