// Ten thousand wrong passwords from addresses that are made up, against real databases: a handful is heard, the rest is
// refused, and the audit log stays small.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import express from 'express';
import { auditLog } from '../src/audit/audit-log.js';
import { Refusals } from '../src/audit/refusals.js';
import { CallerKeys } from '../src/http/caller-keys.js';
import { noteClientAddress } from '../src/http/client-address.js';
import { errorHandler } from '../src/http/error-handler.js';
import { limitAddress } from '../src/http/limit-rate.js';
import { recordRefusals } from '../src/http/record-refusals.js';
import { assignRequestId } from '../src/http/request-id.js';
import { readTrustedProxies } from '../src/limits/client-address.js';
import { keptLimits } from '../src/limits/kept-limits.js';
import { Limiter } from '../src/limits/limiter.js';
import { readRouteLimits } from '../src/limits/route-limits.js';
import type { Database } from '../src/storage/database.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';

jest.setTimeout(240_000);

const log = createLogger('api', 'silent');
const tries = 10_000;
const atOnce = 20;

/** A stand-in for the sign-in route: every password is wrong. `heard` counts those that were looked at. */
async function replica(database: Database, trusted: string[]) {
  const heard = { count: 0 };
  const limiter = new Limiter({ store: keptLimits(database), limits: readRouteLimits([]), log });
  const callerKeys = new CallerKeys(Buffer.alloc(32, 1));
  const app = express();
  app.use(assignRequestId, noteClientAddress(readTrustedProxies(trusted)));
  app.post('/login', limitAddress({ limiter, callerKeys }, 'login'), () => {
    heard.count += 1;
    throw new AstrogateError('unauthenticated');
  });
  app.use(
    recordRefusals({ refusals: new Refusals({ audit: auditLog(database), log }), callerKeys }),
    errorHandler(log),
  );
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { heard, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/login` };
}

for (const { name, missing, start } of databaseKinds) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? name : `${name} (${missing})`, () => {
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
        for (let i = next++; i < tries / 3; i = next++) {
          const { url } = replicas[i % 2] as (typeof replicas)[number];
          const response = await fetch(url, { method: 'POST', headers: { 'x-forwarded-for': forge(i) } });
          await response.body?.cancel();
          statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, tryOn));
      // 20 at once, and one more every 45 seconds.
      const most = (20 + Math.ceil((performance.now() - began) / 45_000)) * clients;
      const heard = replicas.reduce((sum, each) => sum + each.heard.count, 0);
      expect([...statuses.keys()].toSorted()).toEqual([401, 429]);
      expect(statuses.get(401)).toBe(heard);
      expect(heard).toBeGreaterThanOrEqual(20 * clients);
      expect(heard).toBeLessThanOrEqual(most);
      const rows = ((await auditLog(connection).head())?.seq ?? 0) - before;
      expect(rows).toBeGreaterThan(0);
      // Ten of each client at each api, and one a minute.
      expect(rows).toBeLessThanOrEqual((10 + Math.ceil((performance.now() - began) / 60_000)) * clients * 2);
      for (const { server } of replicas) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    });
  });
}
