// What a PostgreSQL server and the way to it can do to an api: break, fall silent, become read-only, keep a lock.
import { createLogger } from '@astrogate/common';
import { findPostgres, type PostgresServer, startPostgres } from '@astrogate/local';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import type { JobStore } from '../src/jobs/job-store.js';
import { newId } from '../src/new-id.js';
import { type Database, openDatabase } from '../src/storage/database.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { inTransaction } from '../src/storage/transaction.js';
import { FakeSolverClient } from '../test-support/fake-solver-client.js';
import { aJob } from '../test-support/jobs.js';
import { runApi, until } from '../test-support/running-api.js';
import { silentProxy } from '../test-support/silent-proxy.js';

jest.setTimeout(90_000);

const log = createLogger('api', 'silent');
const bin = findPostgres();
const suite = bin === undefined ? describe.skip : describe;

suite(bin === undefined ? 'PostgreSQL (not installed; Debian: apt-get install postgresql)' : 'PostgreSQL', () => {
  let server: PostgresServer;
  let database: Database;
  let store: JobStore;
  beforeAll(async () => {
    server = await startPostgres(bin as string);
    database = await openDatabase({ url: server.url }, log);
    store = await openJobStore(database, { leaseMs: 600_000 });
  }, 60_000);
  beforeEach(
    async () => void (await sql`truncate solve_jobs, webhook_deliveries, pgboss.job cascade`.execute(database.db)),
  );
  afterAll(async () => {
    await store?.close();
    await server?.end();
  }, 30_000);

  const aNewJob = (parts = {}) => aJob({ id: newId(), createdAt: new Date(), ...parts });

  test('a connection that breaks within a transaction: that fails, the process lives, the next one works', async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown) => uncaught.push(error);
    process.on('uncaughtException', note);
    try {
      const lost = inTransaction(database.db, async (trx) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
        await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.db);
        await new Promise((resolve) => setTimeout(resolve, 200));
        await sql`select 1`.execute(trx);
      });
      await expect(lost).rejects.toMatchObject({ code: 'storage_unavailable' });
    } finally {
      process.off('uncaughtException', note);
    }
    expect(uncaught).toEqual([]);
    await expect(inTransaction(database.db, (trx) => sql`select 1`.execute(trx))).resolves.toBeDefined();
  });

  test('connections that fall silent are closed, and new ones are used', async () => {
    using proxy = await silentProxy(server.url);
    const behind = await openDatabase({ url: proxy.url }, log);
    const ask = () => sql`select 1`.execute(behind.db);
    await Promise.all(Array.from({ length: 8 }, ask));
    proxy.silence();
    // All that were open are met once, and none a second time.
    await Promise.allSettled(Array.from({ length: 8 }, ask));
    await expect(Promise.all(Array.from({ length: 8 }, ask))).resolves.toHaveLength(8);
    await behind.close();
  });

  test('an api ends although its database has fallen silent', async () => {
    using proxy = await silentProxy(server.url);
    const own = await openJobStore(await openDatabase({ url: proxy.url }, log), { leaseMs: 600_000 });
    const api = await runApi({}, { store: own, solver: new FakeSolverClient() });
    proxy.silence();
    const begin = performance.now();
    await api[Symbol.asyncDispose]();
    // The query that was on its way has ten seconds; what comes after it finds a closed connection.
    expect(performance.now() - begin).toBeLessThan(25_000);
  });

  test('a server that became read-only is away: it is not ready, and jobs are refused so that they come back', async () => {
    const become = async (what: 'on' | 'off') => {
      await sql`alter system set default_transaction_read_only = ${sql.lit(what)}`.execute(database.db);
      await sql`select pg_reload_conf()`.execute(database.db);
      const now = async () =>
        (await sql<{ v: string }>`select current_setting('transaction_read_only') v`.execute(database.db)).rows[0]?.v;
      await until(async () => (await now()) === what);
    };
    await become('on');
    try {
      await expect(store.check()).rejects.toMatchObject({ code: 'storage_unavailable' });
      await expect(store.submit(aNewJob(), 10)).rejects.toMatchObject({ code: 'storage_unavailable' });
    } finally {
      await sql`set session characteristics as transaction read write`.execute(database.db).catch(() => {});
      await become('off');
    }
    await expect(store.check()).resolves.toBeUndefined();
  });

  test('an api that keeps the lock of the queue costs others seconds, not for ever', async () => {
    let letGo = () => {};
    const kept = inTransaction(database.db, async (trx) => {
      await sql`select pg_advisory_xact_lock(6021023::bigint)`.execute(trx);
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
    });
    await until(
      async () => (await sql`select 1 from pg_locks where locktype = 'advisory'`.execute(database.db)).rows.length > 0,
    );
    await expect(store.submit(aNewJob(), 10)).rejects.toMatchObject({ code: 'storage_unavailable' });
    letGo();
    await kept;
    await expect(store.submit(aNewJob(), 10)).resolves.toBeDefined();
  });

  test('an api whose transaction stays open is thrown out', async () => {
    const stuck = inTransaction(database.db, async (trx) => {
      await sql`select 1`.execute(trx);
      await new Promise((resolve) => setTimeout(resolve, 9_500));
      await sql`select 1`.execute(trx);
    });
    await expect(stuck).rejects.toMatchObject({ code: 'storage_unavailable' });
  });

  test('a job is put back for its pause, whatever the clock of its api says', async () => {
    await store.submit(aNewJob(), 10);
    const [claim] = await store.claim(1, new Date());
    if (!claim) throw new Error('nothing was taken');
    const clock = jest
      .spyOn(Date, 'now')
      .mockImplementation(() => Math.round(performance.timeOrigin + performance.now()) + 3_600_000);
    try {
      await store.putBack(claim, { isBroken: false, readyAt: new Date(Date.now() + 300) });
    } finally {
      clock.mockRestore();
    }
    await until(async () => (await store.claim(1, new Date())).length === 1);
  });

  test('webhooks that wait are bounded, for each caller', async () => {
    const webhook = { url: 'https://hooks.example/in', secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}` };
    await sql`insert into webhook_deliveries (job_id, request_id, caller_key, host, url, secret, state, created_at)
      select 'old' || n, 'r', 'greedy', 'h', 'u', 's', 'waiting', now() from generate_series(1, 2000) n`.execute(
      database.db,
    );
    const greedy = store.submit(aNewJob({ callerKey: 'greedy' }), 10, { webhook });
    await expect(greedy).rejects.toMatchObject({ code: 'busy' });
    await expect(store.submit(aNewJob({ callerKey: 'greedy' }), 10)).resolves.toBeDefined();
    await expect(store.submit(aNewJob({ callerKey: 'modest' }), 10, { webhook })).resolves.toBeDefined();
  });
});
