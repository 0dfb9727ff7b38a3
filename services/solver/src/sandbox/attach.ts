// Attaches to a container's stdin, stdout and stderr by a raw HTTP upgrade. Nothing may be written before the engine
// has switched protocols, and the request has no body: dockerode sends one, which some engines hand to the program.
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { engineCallMs } from '../limits.js';
import type { EngineEndpoint } from './endpoint.js';
import { EngineError } from './engine-error.js';

/**
 * A socket whose written bytes are the container's stdin and whose read bytes are Docker's frames of stdout and stderr.
 * Each direction ends on its own. `path` is that of the attach call without its query. Throws EngineError.
 */
export async function attach(endpoint: EngineEndpoint, path: string): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const upgrade = request({
    method: 'POST',
    path: `${path}?stream=1&stdin=1&stdout=1&stderr=1`,
    headers: { Host: 'docker', Connection: 'Upgrade', Upgrade: 'tcp', 'Content-Length': '0' },
    createConnection: () => openSocket(endpoint),
  });
  const timer = setTimeout(() => upgrade.destroy(new Error('attach was not answered in time')), engineCallMs);
  upgrade.once('upgrade', (_response, socket, head) => {
    clearTimeout(timer);
    if (head.length > 0) socket.unshift(head);
    resolve(socket as Socket);
  });
  upgrade.once('response', ({ statusCode }) => {
    upgrade.destroy(Object.assign(new Error(`attach answered ${statusCode}`), { statusCode }));
  });
  upgrade.once('error', (error) => {
    clearTimeout(timer);
    reject(EngineError.of(error));
  });
  upgrade.end();
  return await promise;
}

function openSocket(endpoint: EngineEndpoint): Socket {
  const address = 'socketPath' in endpoint ? { path: endpoint.socketPath } : endpoint;
  return connect({ ...address, allowHalfOpen: true });
}
