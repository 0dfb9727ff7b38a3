// `kill -9` at every step of a full reset, with a Vault: the next api brings it to the same end. The killed process runs the
// built api; Vault is the contract server. The full table has a row for each moment.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres } from '@astrogate/local';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { directoryStore } from '../src/backup/directory-store.js';
import type { JobStore } from '../src/jobs/job-store.js';
import { Spool } from '../src/spool/spool.js';
import { backupRows } from '../src/storage/backup-rows.js';
import type { Database } from '../src/storage/database.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { resetParams } from '../src/system/plans/reset-order.js';
import { isFull } from '../test-support/environment.js';
import { FakeVaultTargets } from '../test-support/fake-vault-targets.js';
import {
  finish,
  killInEach,
  nameOfRow,
  printTable,
  rowForEach,
  rowThroughAll,
  startKillBench,
} from '../test-support/killed-plans.js';
import { afterFull, fillWorld, fullCounts, rowCounts, type World } from '../test-support/reset-world.js';
import { makeReady, type ReadyVault } from '../test-support/vault/ready-vault.js';
import { startContractServer } from '../test-support/vault/vault-contract-server.js';

jest.setTimeout(120_000);

const bin = findPostgres();
const all = ['after begin', 'middle', 'before end', 'after end'];
/** `middle`: when something was persisted or removed within the turn, or the target was told. */
const turns = {
  pause: all,
  'safety-backup': ['after begin', 'middle', 'half an archive', 'before end', 'after end'],
  ...{ 'end-jobs': all, 'remove-uploads': all, 'delete-rows': all, resume: all, 'clear-vault': all },
  ...{ 'stop-vault': all, 'start-vault': all },
  'open-vault asks': ['after begin', 'before end', 'after end'],
  'open-vault': all,
};
const rows = isFull ? rowForEach(turns) : [rowThroughAll(turns)];

test('PostgreSQL is here', () => {
  if (bin === undefined) process.stderr.write('no PostgreSQL server is installed: nobody was killed\n');
});

(bin === undefined ? describe.skip : describe)('PostgreSQL', () => {
  const table: string[][] = [['killed', 'then', 'jobs', 'accounts', 'uploads', 'secrets', 'backups', 'Vault']];
  let bench: Awaited<ReturnType<typeof startKillBench>>;
  let database: Database;
  let store: JobStore;
  let home: string;
  let vault: ReadyVault;
  let targets: FakeVaultTargets;
  let world: World;

  beforeAll(async () => {
    bench = await startKillBench(bin as string, () => targets);
    database = bench.database;
    store = await openJobStore(database, { leaseMs: 600_000 });
  });
  beforeEach(async () => {
    await sql`truncate solve_jobs, webhook_deliveries, system_jobs, backups, pgboss.job cascade`.execute(database.db);
    home = mkdtempSync(join(tmpdir(), 'astrogate-reset-kill-'));
    mkdirSync(join(home, 'vault'));
    const spool = await Spool.open(join(home, 'spool'));
    world = await fillWorld(database.db, store, spool.dir);
    vault = await makeReady(await startContractServer(), join(home, 'vault'));
    await vault.keep('keys/one', 'keys/two');
    targets = new FakeVaultTargets(vault.vault);
  });
  afterEach(async () => {
    await vault.vault[Symbol.asyncDispose]();
    rmSync(home, { recursive: true });
  });
  afterAll(async () => {
    printTable('kill -9 of a full reset', table);
    await bench.end();
  });

  test.each(rows.map((row) => [nameOfRow(row), row] as const))('killed %s: the same end', async (name, row) => {
    const given = {
      ...{ ...bench.given, kind: 'reset', actor: `user:${world.ids.root}` },
      params: resetParams.parse({ scope: 'full', keys_later: true }),
      answer: { unseal_keys: vault.operator.keys },
      reset: { home, vaultPlace: vault.place },
    };
    await killInEach(database.db, given, row, async ({ turn }) => {
      // Before the point of no return everything is there; Vault's secrets go when the rows are gone.
      if (turn < 3) expect(await rowCounts(database.db)).toMatchObject(fullCounts);
      if (turn < 7) expect(await vault.client.data.count()).toBe(2);
    });
    const job = await finish(given);
    const counts = await rowCounts(database.db);
    const uploads = readdirSync(join(home, 'spool')).filter((name) => world.uploads.includes(name));
    const backups = await backupRows(database.db).list();
    const rest = [home, join(home, 'backups')]
      .flatMap((dir) => readdirSync(dir))
      .filter((file) => file.endsWith('.part'));
    const archives = await (await directoryStore(join(home, 'backups'))).list();
    const { state } = await vault.client.health();
    const secrets = await vault.client.data.count();
    table.push([
      ...[name, job.state.status, String(counts.solve_jobs), String(counts.users), String(uploads.length)],
      ...[String(secrets), backups.map((one) => one.state).join(' '), state],
    ]);
    expect(job.state).toMatchObject({ status: 'done', failure: null });
    expect(counts).toMatchObject(afterFull);
    expect({ uploads, secrets, rest, state }).toEqual({ uploads: [], secrets: 0, rest: [], state: 'active' });
    expect(backups.map((one) => one.state)).toEqual(['good']);
    expect(archives.map(({ id }) => id)).toEqual(backups.map(({ id }) => id));
    expect(new Set(targets.acts)).toEqual(new Set(['stop', 'start']));
    // Solving goes on.
    expect(await store.claim(1, new Date())).toEqual([]);
  });
});
