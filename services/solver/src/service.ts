// The solver as a service: create (check, sweep, listen), drain, close.
import { type EventLoopWatch, type Service, watchEventLoop } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { createAdminHandlers } from './admin/admin-handlers.js';
import type { SolverConfig } from './config.js';
import { createContext, type Overrides, type SolverContext } from './context.js';
import { createAuthorization } from './grpc/authorize.js';
import { createHealthHandlers } from './grpc/health.js';
import { OpenCalls } from './grpc/open-calls.js';
import { createServer, type Handlers, listen, mostCalls } from './grpc/server.js';
import { createSolveHandler } from './grpc/solve-handler.js';
import { createSolverHandlers } from './grpc/solver-handlers.js';
import { createOpsHandlers } from './ops/ops-handlers.js';
import { proveBox } from './sandbox/box-proof.js';
import { watchEngine } from './sandbox/engine-watch.js';
import { describeEngine } from './sandbox/preflight.js';
import { lockStateDir } from './sandbox/state-lock.js';
import { sweep } from './sandbox/sweeper.js';

export interface SolverService extends Service, AsyncDisposable {
  readonly context: SolverContext;
  /** The port it really listens on. */
  readonly port: number;
}

/** Answers that are on their way get this long when the server closes. */
const flushMs = 1_000;

/** Starts a solver. Throws ConfigError when it must not start, Error when engine or port are not to be had. */
export async function createService(config: SolverConfig, overrides: Overrides = {}): Promise<SolverService> {
  const context = await createContext(config, overrides);
  const lock = await lockStateDir(config.stateDir);
  try {
    if (config.hasEngine) await prepareEngine(context, overrides);
    else context.log.warn('there is no Docker Engine: nothing is solved and no target is acted on');
    return await start(context, lock);
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

async function prepareEngine(context: SolverContext, { specFor }: Overrides): Promise<void> {
  await sweep(context);
  // Tests that put programs of their own in its place know what they start.
  if (specFor === undefined) await proveBox(context);
  // Again: a guard in between knows from our first sandbox who we are, and shows our leftovers only then.
  await sweep(context);
  context.log.info(describeEngine(context.preflight), 'engine checked');
}

async function start(context: SolverContext, lock: AsyncDisposable): Promise<SolverService> {
  const { config, state, admission, inFlight, engine, live, log, pool } = context;
  const startDraining = () => {
    state.startDraining();
    admission.close();
    void pool.close();
  };
  const eventLoop = watchEventLoop();
  const server = createServer(
    config,
    createHandlers(context, eventLoop, startDraining),
    createAuthorization(config.identities, log, new OpenCalls(mostCalls(config))),
  );
  const port = await listen(server, config);
  if (config.hasEngine) pool.start();
  const closing = new AbortController();
  const watched = { ping: engine.ping, sweep: () => sweep(context), isSweepDue: () => live.hasLeft, state, log };
  const watching = config.hasEngine && watchEngine(watched, closing.signal);

  /**
   * Running attempts may end by themselves until `signal` fires; then they are given up and their sandboxes removed.
   * Warm sandboxes are removed at once.
   */
  async function drain(signal: AbortSignal): Promise<void> {
    startDraining();
    await inFlight.idle(signal);
    inFlight.abortAll(new AstrogateError('draining'));
    await inFlight.idle();
    await pool.close();
  }

  async function close(): Promise<void> {
    startDraining();
    inFlight.abortAll(new AstrogateError('draining'));
    await inFlight.idle();
    await pool.close();
    closing.abort();
    eventLoop[Symbol.dispose]();
    await Promise.all([watching, shutDown(server)]);
    await lock[Symbol.asyncDispose]();
  }

  return { context, port, drain, close, [Symbol.asyncDispose]: close };
}

function createHandlers(context: SolverContext, eventLoop: EventLoopWatch, startDraining: () => void): Handlers {
  const { config, log, state, engine } = context;
  const parts = { ...context, limits: config, headerLimits: config, slots: config.slots, eventLoop, startDraining };
  return {
    solver: { Solve: createSolveHandler(parts), ...createSolverHandlers(parts) },
    admin: createAdminHandlers({ engine, targets: config.targets, state, log, now: () => performance.now() }),
    ops: createOpsHandlers(parts),
    health: createHealthHandlers(state, log),
  };
}

/** Does not wait for connections that never finished their handshake: grpc-js knows nothing of them. */
async function shutDown(server: ReturnType<typeof createServer>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    server.forceShutdown();
    resolve();
  }, flushMs);
  server.tryShutdown(() => resolve());
  await promise;
  clearTimeout(timer);
}
