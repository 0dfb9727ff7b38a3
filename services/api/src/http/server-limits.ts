// What one client may hold of the node server. Set before it listens.
import type { Server } from 'node:http';

/** Node looks for late headers and requests this often; its own 30 s would double the limits below. */
export const serverOptions = { connectionsCheckingInterval: 5_000 };

export function applyServerLimits(server: Server, uploadMs: number): void {
  // Headers of a real client come in one or two packets.
  server.headersTimeout = 15_000;
  // Ours (upload_timeout) fires first and explains itself; this one catches what is not an upload.
  server.requestTimeout = uploadMs + 15_000;
  server.keepAliveTimeout = 5_000;
  // Neither byte in nor byte out: whoever does not read its answer. A caller of /solve may wait 600 s in silence.
  server.timeout = 615_000;
  // Browsers send about 20.
  server.maxHeadersCount = 100;
  // A connection costs about 20 kB and an upload two file descriptors; the usual limit for those is 65536 or more.
  server.maxConnections = 4_096;
}
