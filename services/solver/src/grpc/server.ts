// The gRPC server: mTLS with TLS 1.3 only, our own authority only, bounded messages and streams, all services.
import tls from 'node:tls';
import { keepaliveOptions, maxChunkBytes, messageOptions, readTlsFiles } from '@astrogate/common';
import {
  type AdminServiceHandlers,
  adminService,
  type HealthHandlers,
  healthService,
  type OpsServiceHandlers,
  opsService,
  type SolverServiceHandlers,
  solverService,
} from '@astrogate/proto';
import { Server, ServerCredentials, type ServerInterceptor } from '@grpc/grpc-js';
import type { SolverConfig } from '../config.js';

export interface Handlers {
  readonly solver: SolverServiceHandlers;
  readonly admin: AdminServiceHandlers;
  readonly ops: OpsServiceHandlers;
  readonly health: HealthHandlers;
}

const hourMs = 3_600_000;

/** For what stands around a chunk in its message, and for a header. */
const headroomBytes = 16 * 1024;
/** Streams of one client beside its attempts: health, capacity, logs. */
const spareStreams = 32;

/** Calls that one client may have open at once. */
export const mostCalls = ({ slots, maxWaiting }: Pick<SolverConfig, 'slots' | 'maxWaiting'>): number =>
  slots + maxWaiting + spareStreams;

export function createServer(
  config: Pick<SolverConfig, 'slots' | 'maxWaiting'>,
  handlers: Handlers,
  authorization: ServerInterceptor,
): Server {
  const server = new Server({
    ...messageOptions,
    ...keepaliveOptions,
    // What streams that were not accepted yet may make the server hold is a multiple of this.
    'grpc.max_receive_message_length': maxChunkBytes + headroomBytes,
    'grpc.max_concurrent_streams': mostCalls(config),
    // A connection is renewed each hour, so that a revoked client is out by then; a call may outlast it by its own cap.
    'grpc.max_connection_age_ms': hourMs,
    'grpc.max_connection_age_grace_ms': hourMs,
    'grpc.max_connection_idle_ms': hourMs / 12,
    // forceShutdown of grpc-js 1.14 reaches only the sessions that its channelz counts. None of it is served.
    'grpc.enable_channelz': 1,
    interceptors: [authorization],
  });
  server.addService(solverService, handlers.solver);
  server.addService(adminService, handlers.admin);
  server.addService(opsService, handlers.ops);
  server.addService(healthService, handlers.health);
  return server;
}

/** Binds and resolves with the port. Throws ConfigError when the TLS files will not do, Error when the port is taken. */
export async function listen(
  server: Server,
  { host, port, tls: paths }: Pick<SolverConfig, 'host' | 'port' | 'tls'>,
): Promise<number> {
  const { key, cert, ca } = readTlsFiles(paths, 'server');
  // grpc-js has no option for it; this holds for the whole process, which speaks TLS nowhere else.
  tls.DEFAULT_MIN_VERSION = 'TLSv1.3';
  const credentials = ServerCredentials.createSsl(ca, [{ private_key: key, cert_chain: cert }], true);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  server.bindAsync(address, credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  return await promise;
}
