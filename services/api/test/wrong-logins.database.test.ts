// Ten thousand wrong passwords from addresses that are made up, against two apis on real databases: a handful is heard,
// the rest is refused, and the audit log stays small.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openAccounts } from '../src/accounts/accounts.js';
import { auditLog } from '../src/audit/audit-log.js';
import { readTrustedProxies } from '../src/limits/client-address.js';
import { readRouteLimits } from '../src/limits/route-limits.js';
import type { Database } from '../src/storage/database.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { FakeSolverClient } from '../test-support/fake-solver-client.js';
import { runApi } from '../test-support/running-api.js';

jest.setTimeout(240_000);

/** In all, the greater part of them against PostgreSQL, as two apis in earnest have it. */
const tries = { PGlite: 200, PostgreSQL: 3_300 };
const atOnce = 20;
const masterKey = randomBytes(32);

/** An api with the limits as they are. */
async function replica(database: Database, trusted: string[]) {
  const store = await openJobStore(database, { leaseMs: 60_000 });
  const accounts = await openAccounts({ db: database.db, masterKey, now: () => new Date() });
  const config = { rateLimits: readRouteLimits([]), trustedProxies: readTrustedProxies(trusted) };
  return runApi(config, { store, accounts, solver: new FakeSolverClient() });
}

for (const { name, missing, start } of databaseKinds) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? name : `${name} (${missing})`, () => {
    const count = tries[name as keyof typeof tries];
    let database: TestDatabase;
    beforeAll(async () => {
      database = await start();
    });
    afterAll(() => database?.end());

    test.each([
      // Nobody is a proxy: whatever stands in the header is forged.
      ['straight', [], (i: number) => `10.${i % 256}.${(i >> 8) % 256}.1`, 1],
      // Behind our proxy: what the client forges stands left of what the proxy has written.
      ['through a proxy', ['127.0.0.0/8'], (i: number) => `10.9.${i % 256}.${i >> 8}, 203.0.113.${i % 2}`, 2],
      // A network of one's own: every request from another address of it.
      ['from a /64', ['127.0.0.0/8'], (i: number) => `2001:db8:1:2:${(i + 1).toString(16)}::1`, 1],
    ])('%s', async (_way, trusted, forge, clients) => {
      const connection = await database.open();
      const replicas = [await replica(connection, trusted), await replica(await database.open(), trusted)];
      const before = (await auditLog(connection).head())?.seq ?? 0;
      const began = performance.now();
      const statuses = new Map<number, number>();
      let next = 0;
      const tryOn = async () => {
        for (let i = next++; i < count; i = next++) {
          const { url } = replicas[i % 2] as (typeof replicas)[number];
          const response = await fetch(`${url}/api/v1/auth/login`, {
            method: 'POST',
            headers: { 'x-forwarded-for': forge(i), 'content-type': 'application/json' },
            // No name twice, so that no lock-out of a name does the work.
            body: JSON.stringify({ name: `n${i}`, password: 'guess' }),
          });
          await response.body?.cancel();
          statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, tryOn));
      // 20 at once, and one more every 45 seconds.
      const most = (20 + Math.ceil((performance.now() - began) / 45_000)) * clients;
      const heard = statuses.get(401) ?? 0;
      // A database that is slow to answer shuts sign-ins out as well: 503.
      expect([...statuses.keys()].filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
      expect(statuses.get(429)).toBeGreaterThan(0.5 * count);
      expect(heard).toBeGreaterThanOrEqual(20 * clients);
      expect(heard).toBeLessThanOrEqual(most);
      const rows = ((await auditLog(connection).head())?.seq ?? 0) - before;
      expect(rows).toBeGreaterThan(0);
      // One of each try that was heard; of refusals ten of each client at each api, and one a minute.
      expect(rows).toBeLessThanOrEqual(heard + (10 + Math.ceil((performance.now() - began) / 60_000)) * clients * 2);
      for (const each of replicas) await each[Symbol.asyncDispose]();
    });
  });
}
