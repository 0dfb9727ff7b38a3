// From start to exit of a service process: signals, drain, exit codes. Each service's main.ts calls runService once.
import type { Logger } from './logger.js';
import { ConfigError } from './variables.js';

export interface Service {
  /** Stops taking work and resolves when the work in hand has ended. When `signal` fires, work in hand is given up. */
  drain(signal: AbortSignal): Promise<void>;
  /** Releases everything. */
  close(): Promise<void>;
}

/** sysexits.h EX_CONFIG. */
const exitConfig = 78;

/**
 * Starts a service and keeps it until SIGTERM or SIGINT: the first one drains for at most `graceMs`, the second gives
 * up running work at once, the third ends the process. A parent that started us with an IPC channel is told
 * `{ ready: … }`, and its death is a first signal. Exit codes: 0 drained, 1 failed or forced, 78 wrong configuration.
 */
export async function runService(options: {
  name: string;
  start: () => Promise<{
    service: Service;
    log: Logger;
    graceMs: number;
    ready: Record<string, unknown>;
    secret?: Record<string, unknown>;
  }>;
}): Promise<void> {
  try {
    const { service, log, graceMs, ready, secret } = await options.start();
    stopOnSignals(service, log, graceMs);
    log.info(ready, 'ready');
    process.send?.({ ready: { ...ready, ...secret } });
  } catch (error) {
    const isConfig = error instanceof ConfigError;
    process.stderr.write(`astrogate-${options.name}: ${(error as Error).message}\n`);
    process.exit(isConfig ? exitConfig : 1);
  }
}

function stopOnSignals(service: Service, log: Logger, graceMs: number): void {
  const force = new AbortController();
  let requests = 0;
  const stop = (cause: string) => {
    requests += 1;
    if (requests === 1) {
      log.info({ cause, graceMs }, 'draining');
      setTimeout(() => force.abort(), graceMs).unref();
      void drainAndExit(service, log, force.signal);
    } else if (requests === 2) {
      log.warn({ cause }, 'second signal: giving up running work');
      force.abort();
    } else {
      process.exit(1);
    }
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.once('disconnect', () => stop('parent gone'));
}

async function drainAndExit(service: Service, log: Logger, force: AbortSignal): Promise<void> {
  const [drained] = await Promise.allSettled([service.drain(force)]);
  const [closed] = await Promise.allSettled([service.close()]);
  for (const step of [drained, closed])
    if (step.status === 'rejected') log.error({ err: step.reason }, 'shutdown step failed');
  const clean = !force.aborted && drained.status === 'fulfilled' && closed.status === 'fulfilled';
  log.info({ clean }, 'stopped');
  process.exit(clean ? 0 : 1);
}
