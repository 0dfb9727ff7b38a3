// The tables of every earlier version become those of this one, on both databases.
import { createLogger } from '@astrogate/common';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { migrate, migrations } from '../src/storage/migrate.js';
import type { Db } from '../src/storage/tables.js';
import { emptyDatabases } from '../test-support/databases.js';

jest.setTimeout(120_000);

const names = Object.keys(migrations).sort();
const log = createLogger('api', 'silent');

/** Every column of ours, with its type. */
async function shapeOf(db: Db): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) as line
      from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%'
      union all select indexdef from pg_indexes where schemaname = 'public' and tablename not like 'kysely%'
      order by 1`.execute(db);
  return rows.map(({ line }) => line);
}

for (const { name, missing, start } of emptyDatabases) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? name : `${name} (${missing})`, () => {
    let databases: Awaited<ReturnType<typeof start>>;
    let newest: string[];
    beforeAll(async () => {
      databases = await start();
      const fresh = await databases.open();
      await migrate(fresh, log);
      newest = await shapeOf(fresh);
    });
    afterAll(() => databases?.end());

    test.each(names)('from %s to the newest', async (from) => {
      const old = await databases.open();
      await migrate(old, log, from);
      await migrate(old, log);
      expect(await shapeOf(old)).toEqual(newest);
      expect(newest.length).toBeGreaterThan(20);
    });

    test('twice, or by several at the same moment, it is done once', async () => {
      const [db] = [await databases.open()];
      await Promise.all([migrate(db, log), migrate(db, log), migrate(db, log)]);
      const { rows } = await sql<{ name: string }>`select name from kysely_migration order by 1`.execute(db);
      expect(rows.map((row) => row.name)).toEqual(names);
    });

    test('tables of a newer version than this are refused', async () => {
      const db = await databases.open();
      await migrate(db, log);
      await sql`insert into kysely_migration (name, timestamp) values ('9999-later', now()::text)`.execute(db);
      await expect(migrate(db, log)).rejects.toThrow('9999-later');
    });
  });
}
