// Limits on both databases: counted for all connections together, by the database's clock.
import type { AstrogateError } from '@astrogate/proto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { WaitError } from '../src/access/wait-error.js';
import { chargeDay, keptLimits } from '../src/limits/kept-limits.js';
import type { Database } from '../src/storage/database.js';
import { inTransaction } from '../src/storage/transaction.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';

jest.setTimeout(120_000);

for (const { name, missing, start } of databaseKinds) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? name : `${name} (${missing})`, () => {
    let database: TestDatabase;
    let one: Database;
    let other: Database;
    beforeAll(async () => {
      database = await start();
      [one, other] = [await database.open(), await database.open()];
    });
    beforeEach(async () => void (await sql`truncate rate_limits, daily_use`.execute(one.db)));
    afterAll(() => database?.end());

    const hourly = { count: 5, seconds: 3600 };

    test('of many at once over two connections, as many are allowed as there is room', async () => {
      const stores = [keptLimits(one), keptLimits(other)];
      const taken = await Promise.all(Array.from({ length: 60 }, (_, i) => stores[i % 2]?.take('k', hourly)));
      expect(taken.filter((each) => each?.isAllowed)).toHaveLength(5);
      expect(
        taken
          .filter((each) => each?.isAllowed)
          .map((each) => each?.remaining)
          .toSorted(),
      ).toEqual([0, 1, 2, 3, 4]);
      const refused = taken.find((each) => each?.isAllowed === false);
      expect(refused?.retryMs).toBeGreaterThan(600_000);
      expect(refused?.retryMs).toBeLessThanOrEqual(720_001);
      expect((await keptLimits(one).take('another', hourly)).isAllowed).toBe(true);
    });

    test('room comes back as time goes by, and never more than there was', async () => {
      for (let i = 0; i < 6; i++) await keptLimits(one).take('k', hourly);
      await sql`update rate_limits set until = until - interval '13 minutes'`.execute(one.db);
      expect((await keptLimits(one).take('k', hourly)).isAllowed).toBe(true);
      expect((await keptLimits(one).take('k', hourly)).isAllowed).toBe(false);
      await sql`update rate_limits set until = until - interval '2 days'`.execute(one.db);
      const taken = [];
      for (let i = 0; i < 7; i++) taken.push((await keptLimits(one).take('k', hourly)).isAllowed);
      expect(taken).toEqual([true, true, true, true, true, false, false]);
    });

    test('who is refused writes nothing, however often', async () => {
      for (let i = 0; i < 5; i++) await keptLimits(one).take('k', hourly);
      const version = async () => (await sql`select xmin, ctid from rate_limits`.execute(one.db)).rows;
      const before = await version();
      for (let i = 0; i < 20; i++) expect((await keptLimits(other).take('k', hourly)).isAllowed).toBe(false);
      expect((await version())[0]).toMatchObject({ ctid: (before[0] as { ctid: unknown }).ctid });
    });

    test('what limits nobody any more is forgotten', async () => {
      await keptLimits(one).take('old', hourly);
      await sql`update rate_limits set until = now() - interval '1 second'`.execute(one.db);
      await keptLimits(one).take('new', hourly);
      await sql`insert into daily_use (caller, day, jobs, bytes) values ('c', '2026-01-01', 1, 1)`.execute(one.db);
      await keptLimits(one).forget();
      const left = await sql<{ key: string }>`
        select key from rate_limits union all select caller from daily_use`.execute(one.db);
      expect(left.rows.map(({ key }) => key)).toEqual(['new']);
    });

    describe('the quota of a day', () => {
      const quota = { caller: 'account:u1', jobs: 3, bytes: 1000 };
      const charge = (bytes: number, { db } = one) => inTransaction(db, (trx) => chargeDay(trx, quota, bytes));
      const used = async () =>
        (await sql<{ jobs: unknown; bytes: unknown }>`select jobs, bytes from daily_use`.execute(one.db)).rows;
      const refusal = (act: Promise<unknown>) =>
        act.then(
          () => undefined,
          (error: AstrogateError) => error,
        );

      test('is used up by jobs, by bytes, and by what is too large for it', async () => {
        await charge(1);
        await charge(1, other);
        await keptLimits(one).check(quota);
        await charge(1);
        const error = await refusal(charge(1));
        expect(error).toBeInstanceOf(WaitError);
        expect(error?.code).toBe('quota_exceeded');
        expect((error as WaitError).seconds).toBeLessThanOrEqual(86_400);
        expect((error as WaitError).seconds).toBeGreaterThan(0);
        expect((await refusal(keptLimits(other).check(quota)))?.code).toBe('quota_exceeded');
        await sql`truncate daily_use`.execute(one.db);
        expect((await refusal(charge(1001)))?.code).toBe('quota_exceeded');
        await charge(999);
        expect((await refusal(charge(2)))?.code).toBe('quota_exceeded');
        await charge(1);
        expect((await used()).map(({ jobs, bytes }) => [Number(jobs), Number(bytes)])).toEqual([[2, 1000]]);
      });

      test('holds for many at once over two connections', async () => {
        const all = Array.from({ length: 20 }, (_, i) => refusal(charge(10, i % 2 ? one : other)));
        expect((await Promise.all(all)).filter((error) => error === undefined)).toHaveLength(3);
      });

      test('is another one on the next day, and nothing is counted for what was rolled back', async () => {
        for (let i = 0; i < 3; i++) await charge(1);
        await sql`update daily_use set day = day - 1`.execute(one.db);
        await charge(1);
        const failed = inTransaction(one.db, async (trx) => {
          await chargeDay(trx, quota, 1);
          throw new Error('the job is not kept');
        });
        await refusal(failed);
        expect((await used()).map(({ jobs }) => Number(jobs)).toSorted()).toEqual([1, 3]);
      });
    });
  });
}
