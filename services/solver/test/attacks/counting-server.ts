// The solver's own gRPC server and authorization in front of handlers that do nothing but count, so that "no handler
// ran" is a number. There is no engine behind it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@astrogate/common';
import { adminService, healthService, opsService, solverService } from '@astrogate/proto';
import { createAuthorization } from '../../src/grpc/authorize.js';
import { OpenCalls } from '../../src/grpc/open-calls.js';
import { createServer, type Handlers, listen, mostCalls } from '../../src/grpc/server.js';
import { type Authority, makeAuthority, makeLeaf } from '../certificates.js';

export interface CountingServer extends AsyncDisposable {
  readonly port: number;
  readonly authority: Authority;
  /** Names of the methods whose handlers ran, in order. */
  readonly calls: string[];
}

const limits = { slots: 2, maxWaiting: 2 };

export async function startCountingServer(): Promise<CountingServer> {
  const directory = mkdtempSync(join(tmpdir(), 'counting-server-'));
  const authority = await makeAuthority();
  const { cert, key } = await makeLeaf(authority, {
    purpose: 'serverAuth',
    names: [{ type: 'dns', value: 'localhost' }],
  });
  const tls = { ca: join(directory, 'ca'), cert: join(directory, 'cert'), key: join(directory, 'key') };
  writeFileSync(tls.ca, authority.cert);
  writeFileSync(tls.cert, cert);
  writeFileSync(tls.key, key);
  const calls: string[] = [];
  const identities = { api: 'spiffe://astrogate/api', ops: 'spiffe://astrogate/ops' };
  const log = createLogger('solver', 'silent');
  const authorization = createAuthorization(identities, log, new OpenCalls(mostCalls(limits)));
  const server = createServer(limits, countingHandlers(calls), authorization);
  const port = await listen(server, { host: '127.0.0.1', port: 0, tls });
  return {
    port,
    authority,
    calls,
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
      rmSync(directory, { recursive: true });
    },
  };
}

function countingHandlers(calls: string[]): Handlers {
  const counted = (service: object) =>
    Object.fromEntries(
      Object.entries(service).map(([name, { responseStream }]) => [
        name,
        // biome-ignore lint/suspicious/noExplicitAny: stands for handlers of every kind.
        (call: any, answer: any) => {
          calls.push(name);
          if (!responseStream) return answer(null, {});
          call.on('error', () => {});
          call.end();
        },
      ]),
    );
  return {
    solver: counted(solverService),
    admin: counted(adminService),
    ops: counted(opsService),
    health: counted(healthService),
  } as unknown as Handlers;
}

/** Path of every method that the server serves. */
export const allPaths: readonly string[] = [solverService, adminService, opsService, healthService].flatMap((service) =>
  Object.values(service).map(({ path }) => path),
);
