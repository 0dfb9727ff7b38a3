// The embedded database on its directory: it is there again, and one process has it.
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, createLogger } from '@astrogate/common';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { newId } from '../src/new-id.js';
import { openDatabase } from '../src/storage/database.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { openInMemory, tidy } from '../src/storage/embedded.js';
import { aJob } from '../test-support/jobs.js';
import { solvedOutcome } from '../test-support/outcomes.js';

jest.setTimeout(120_000);

const log = createLogger('api', 'silent');
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'astrogate-state-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = async (stateDir = join(dir, 'state')) =>
  openJobStore(await openDatabase({ stateDir }, log), { leaseMs: 600_000 });

test('jobs are there after a restart, and what ran is queued again at once', async () => {
  // A start that was killed half-way.
  mkdirSync(join(dir, 'state', 'pgdata.new'), { recursive: true });
  writeFileSync(join(dir, 'state', 'pgdata.new', 'PG_VERSION'), 'x');
  const before = await open();
  const [ended, ran, waits] = [newId(), newId(), newId()];
  for (const id of [ended, ran, waits]) await before.submit(aJob({ id, createdAt: new Date() }), 10);
  const [first, second] = await before.claim(2, new Date());
  if (!first || !second) throw new Error('nothing was taken');
  await before.finish(first, { outcome: solvedOutcome }, { startedAt: new Date(), at: new Date() });
  await before.start(second, new Date());
  const kept = await before.get(first.id);
  expect(existsSync(join(dir, 'state', 'pgdata.new'))).toBe(false);
  await before.close();

  const after = await open();
  await after.takeBack([], 5, new Date());
  expect(await after.get(first.id)).toEqual(kept);
  const claims = await after.claim(5, new Date());
  expect(claims.map(({ id, attempt, broken }) => [id, attempt, broken])).toEqual([
    [second.id, 2, 1],
    [waits, 1, 0],
  ]);
  // Its own attempts are left alone from then on.
  await after.takeBack([], 5, new Date());
  expect((await after.renew(claims)).size).toBe(2);
  await after.close();
});

test('the directory is private, and a second process is told who is in its way', async () => {
  const store = await open();
  expect(statSync(join(dir, 'state')).mode & 0o777).toBe(0o700);
  const second = open();
  await expect(second).rejects.toThrow(ConfigError);
  await expect(second).rejects.toThrow('API_STATE_DIR cannot be used (another process has it)');
  await store.close();
});

test('a directory that cannot be used is a wrong configuration', async () => {
  writeFileSync(join(dir, 'file'), '');
  await expect(open(join(dir, 'file'))).rejects.toThrow('API_STATE_DIR cannot be used (EEXIST)');
});

test('rows that were changed give their room back, also while a transaction is open', async () => {
  const pglite = await openInMemory();
  await pglite.exec('create table t (id int primary key, x int not null); create index on t (x)');
  await pglite.exec('insert into t select n, n from generate_series(1, 2000) n');
  const churn = () => pglite.exec('update t set x = x + 2000');
  const size = async () => (await pglite.query<{ n: number }>(`select pg_total_relation_size('t')::int n`)).rows[0]?.n;
  const sizes: (number | undefined)[] = [];
  for (let round = 0; round < 6; round++) {
    await churn();
    const tidied = pglite.transaction(async (trx) => {
      const waits = tidy(pglite);
      await trx.query('select 1');
      return { waits };
    });
    await (await tidied).waits;
    sizes.push(await size());
  }
  // Without it each round adds as much again.
  expect(sizes[5]).toBeLessThan(1.5 * (sizes[1] as number));
  await pglite.close();
});
