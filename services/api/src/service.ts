// The api as a service: listen, drain, close.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Logger, readTlsFiles, type Service, watchEventLoop } from '@astrogate/common';
import { openAccounts } from './accounts/accounts.js';
import { readMasterKey } from './accounts/master-key.js';
import { derivedAuditKey } from './audit/checkpoint-key.js';
import { startCheckpoints } from './audit/checkpoints.js';
import type { ApiConfig } from './config.js';
import { type ApiContext, createContext } from './context.js';
import { createApp } from './http/app.js';
import { applyServerLimits, serverOptions } from './http/server-limits.js';
import { leaseMs } from './jobs/leases.js';
import { startRetention } from './jobs/retention.js';
import { startMetricsServer } from './metrics/metrics-server.js';
import { GrpcSolverClient } from './solver-client.js';
import { SolverPool } from './solvers/solver-pool.js';
import { openUploads } from './spool/open-uploads.js';
import { Spool } from './spool/spool.js';
import { openDatabase } from './storage/database.js';
import { openJobStore } from './storage/database-job-store.js';

export interface ApiService extends Service {
  /** The port really listened on. */
  readonly port: number;
  /** The port on which metrics are served, if they are. */
  readonly metricsPort: number | undefined;
  /** To make the first admin with; undefined when another one counts or was used, and where nothing is logged. */
  readonly bootstrapSecret: string | undefined;
}

/**
 * Starts the api. Throws ConfigError for files, directories and a bucket that cannot be used, what the database says, and
 * `storage_unavailable` when the bucket cannot be asked.
 */
export async function startApi(
  config: ApiConfig,
  log: Logger,
  overrides: Partial<ApiContext> = {},
): Promise<ApiService> {
  let serving = true;
  const solver = overrides.solver ?? connectSolvers(config, log);
  const spool = overrides.spool ?? (await Spool.open(config.spoolDir));
  const uploads = overrides.uploads ?? (await openUploads(config.bucket, spool));
  const { store, accounts } =
    overrides.store && overrides.accounts
      ? { store: overrides.store, accounts: overrides.accounts }
      : await openStorage(config, log, overrides.now);
  const callerSecret = await store.secret('caller-keys');
  const isServing = () => serving;
  const ctx = createContext(
    { config, log, solver, spool, uploads, store, accounts, callerSecret, isServing },
    overrides,
  );
  await ctx.dispatcher.start();
  await ctx.watch.start();
  await ctx.deliverer.start();
  const server = createServer(serverOptions, createApp(ctx));
  applyServerLimits(server, config.uploadSeconds * 1000);
  const eventLoop = watchEventLoop();
  const families = async () => [
    ...ctx.metrics.families({ ...(await loadOf(ctx)), ...ownUse(), delay: eventLoop.figures() }),
    ...ctx.webhookMetrics.families(ctx.deliverer.sending),
  ];
  const metrics = config.metricsAddress && (await startMetricsServer(config.metricsAddress, families));
  const port = await listen(server, config);
  // Not before it can be used, and not where nobody would see it.
  const bootstrapSecret = config.logLevel === 'silent' ? undefined : await accounts.offerBootstrap();
  const retention = startRetention(ctx);
  const auditKey = config.auditKey ?? derivedAuditKey(accounts.parts.masterKey);
  const checkpoints = startCheckpoints({ audit: store.audit, key: auditKey, log, now: ctx.now });
  return {
    port,
    metricsPort: metrics?.port,
    bootstrapSecret,
    async drain(signal) {
      serving = false;
      await ctx.dispatcher.drain(signal);
      // Last, so that the ends of the last jobs are told.
      await ctx.deliverer.drain(signal);
    },
    async close() {
      retention.stop();
      // Whoever follows a job comes back, to another api or to the next one here.
      ctx.closing.abort();
      await stopListening(server);
      await ctx.watch.close();
      await ctx.dispatcher.close();
      await ctx.deliverer.close();
      // What was done until now is covered.
      await checkpoints.stop();
      await ctx.store.close();
      ctx.uploads.close();
      await metrics?.close();
      eventLoop[Symbol.dispose]();
      solver.close();
    },
  };
}

/** The database, what is kept in it, and the key to what is sealed there. */
async function openStorage(
  config: ApiConfig,
  log: Logger,
  now = () => new Date(),
): Promise<Pick<ApiContext, 'store' | 'accounts'>> {
  const database = await openDatabase(config.database, log);
  try {
    const masterKey = readMasterKey(config.masterKeyFile);
    const accounts = await openAccounts({ db: database.db, masterKey, now });
    return { accounts, store: await openJobStore(database, { leaseMs }) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function connectSolvers({ solverAddresses, tlsFiles }: ApiConfig, log: Logger): SolverPool {
  const tls = readTlsFiles(tlsFiles, 'client');
  return new SolverPool({ names: solverAddresses, connect: (place) => new GrpcSolverClient(place, tls), log });
}

/** Nobody knows how many wait while the database is away. */
async function loadOf({ dispatcher }: ApiContext): Promise<{ waiting: number; running: number }> {
  return { waiting: await dispatcher.waiting().catch(() => Number.NaN), running: dispatcher.running };
}

/** Memory and processor time of this process, with Prometheus' units. */
function ownUse(): { memoryBytes: number; cpuSeconds: number } {
  const { user, system } = process.cpuUsage();
  return { memoryBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 };
}

function listen(server: Server, { host, port }: ApiConfig): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** An answer that is being written has this long to get out. */
const lastAnswersMs = 1_000;

async function stopListening(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), lastAnswersMs);
  await closed;
  clearTimeout(timer);
}
