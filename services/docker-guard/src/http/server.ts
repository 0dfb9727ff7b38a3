// The HTTP server on the guard's socket. Whatever is no plain request or upgrade in good form is refused here.
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GuardContext } from '../context.js';
import { Denied } from '../denied.js';
import { connectionsPerSandbox, headerBytes, otherConnections, requestMs } from '../limits.js';
import { handleUpgrade } from './attach.js';
import { type Asked, refusalOf, refuseConnection } from './refusal.js';
import { handleRequest } from './requests.js';

/** Not listening yet. */
export function createGuardServer(context: GuardContext): Server {
  const { config, log } = context;
  const served = new WeakSet<Socket>();
  const refuse = (socket: Duplex, asked: Asked, reason: string) =>
    refuseConnection(socket, refusalOf(new Denied(reason), asked, log));
  const server = createServer({
    maxHeaderSize: headerBytes,
    headersTimeout: requestMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: requestMs / 2,
    // Said again, so that no option of Node.js can change it.
    insecureHTTPParser: false,
  });
  server.maxConnections = config.limits.maxContainers * connectionsPerSandbox + otherConnections;
  server.on('request', (request, response) => {
    if (served.has(request.socket)) {
      refuse(request.socket, request, 'a second request on one connection');
      return;
    }
    served.add(request.socket);
    void handleRequest(context, request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    if (served.has(socket as Socket)) refuse(socket, request, 'a second request on one connection');
    else void handleUpgrade(context, request, socket as Socket, head);
  });
  server.on('connect', (request, socket) => refuse(socket, request, 'no such call'));
  for (const event of ['checkContinue', 'checkExpectation'] as const)
    server.on(event, (request) => refuse(request.socket, request, 'has the header expect'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    refusalOf(new Denied(`no HTTP request: ${error.code}`), {}, log);
    refuseConnection(socket, 400);
  });
  server.on('drop', () => log.warn({ audit: true, reason: 'too many connections' }, 'denied'));
  return server;
}
