// The guard as a service: create (ask the engine, listen), drain, close.
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '@astrogate/common';
import type { GuardConfig } from './config.js';
import { createContext, type GuardContext } from './context.js';
import { listenAt } from './http/listen.js';
import { createGuardServer } from './http/server.js';
import { drainCheckMs, quietMs } from './limits.js';

export interface GuardService extends Service, AsyncDisposable {
  readonly context: GuardContext;
}

/** Starts a guard. Throws ConfigError when it must not start, EngineLost when there is no engine. */
export async function createService(
  config: GuardConfig,
  overrides: Parameters<typeof createContext>[1] = {},
): Promise<GuardService> {
  const context = await createContext(config, overrides);
  const server = createGuardServer(context);
  const connections = new Set<Socket>();
  let lastSeen = performance.now();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => {
      connections.delete(socket);
      lastSeen = performance.now();
    });
  });
  await listenAt(server, config.listen, config.group);

  /**
   * Makes nothing new, but serves on until the solver has removed what it holds, or has been silent for a while: it can
   * end its jobs and leave nothing behind only through us.
   */
  async function drain(signal: AbortSignal): Promise<void> {
    context.startDraining();
    const isOver = () => {
      if (connections.size > 0) return false;
      return context.ledger.size === 0 || performance.now() - lastSeen > quietMs;
    };
    while (!isOver() && !signal.aborted) await sleep(drainCheckMs);
  }

  async function close(): Promise<void> {
    context.startDraining();
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of connections) socket.destroy();
    await closed;
  }

  return { context, drain, close, [Symbol.asyncDispose]: close };
}
