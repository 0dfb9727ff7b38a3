// The api on a free port with a spool directory of its own, for tests.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@astrogate/common';
import type { Accounts } from '../src/accounts/accounts.js';
import type { ApiConfig } from '../src/config.js';
import type { ApiContext } from '../src/context.js';
import { readQuotas } from '../src/limits/quotas.js';
import { limitClasses, readRouteLimits } from '../src/limits/route-limits.js';
import { type ApiService, startApi } from '../src/service.js';
import { FakeJobStore } from './fake-job-store.js';

export const testConfig: ApiConfig = {
  host: '127.0.0.1',
  port: 0,
  solverAddresses: ['localhost:1'],
  tlsFiles: { ca: '', cert: '', key: '' },
  database: { stateDir: '/nowhere' },
  spoolDir: '',
  bucket: undefined,
  vault: undefined,
  certificate: undefined,
  maxUploadBytes: 1024 * 1024,
  jobSeconds: 60,
  queueLimit: 1000,
  keepMs: 86_400_000,
  keepBytes: 1024 ** 3,
  uploadSeconds: 30,
  anonymous: 'solve',
  masterKeyFile: '/nowhere/master-key',
  corsOrigins: [],
  trustedProxies: [],
  // Tests ask as fast as they can.
  rateLimits: readRouteLimits(limitClasses.map((name) => `${name}=1000000/1000000/1`)),
  quotas: readQuotas([]),
  auditKey: undefined,
  backups: {
    directory: '/nowhere/backups',
    bucket: undefined,
    everyMs: 0,
    retention: { newest: 5, days: 0 },
    recipients: [],
  },
  metricsAddress: undefined,
  graceMs: 1000,
  logLevel: 'silent',
};

/** For tests in which nobody signs in. */
export const noAccounts = {
  parts: { masterKey: Buffer.alloc(32) },
  whoHas: async () => undefined,
  forgetOld: async () => {},
  offerBootstrap: async () => undefined,
} as unknown as Accounts;

export interface RunningApi extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly service: ApiService;
  readonly spoolDir: string;
  /** Names of the files in the spool directory. */
  spooled(): string[];
}

export async function runApi(
  config: Partial<ApiConfig> = {},
  parts: Partial<
    Pick<ApiContext, 'solver' | 'log' | 'now' | 'store' | 'accounts' | 'uploads' | 'outbound' | 'targets'>
  > = {},
): Promise<RunningApi> {
  const spoolDir = mkdtempSync(join(tmpdir(), 'astrogate-api-spool-'));
  const log = parts.log ?? createLogger('api', 'silent');
  const service = await startApi({ ...testConfig, spoolDir, ...config }, log, {
    ...{ store: new FakeJobStore(), accounts: noAccounts },
    ...parts,
  });
  return {
    url: `http://127.0.0.1:${service.port}`,
    port: service.port,
    service,
    spoolDir,
    spooled: () => readdirSync(spoolDir),
    async [Symbol.asyncDispose]() {
      await service.drain(AbortSignal.abort());
      await service.close();
      rmSync(spoolDir, { recursive: true, force: true });
    },
  };
}

/** Resolves when `holds` does; fails after a generous while. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it never became so');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
