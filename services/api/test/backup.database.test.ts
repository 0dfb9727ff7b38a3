// Backups and restores, on both databases: what comes back is what was there, whatever is sent instead changes nothing,
// and every step can be taken back.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@astrogate/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { checkArchive, makeArchive, readMembers } from '../src/backup/archive.js';
import { defaultCaps } from '../src/backup/caps.js';
import { directoryStore } from '../src/backup/directory-store.js';
import { backupKeysOf } from '../src/backup/keys.js';
import { type BackupParts, makeBackup, sourceOf, takeBackup } from '../src/backup/make-backup.js';
import { discardScratch, loadScratch } from '../src/backup/scratch.js';
import { takeSnapshot } from '../src/backup/snapshot.js';
import { forgetAside, swap, swapBack } from '../src/backup/swap.js';
import { archivedTables, replacedTables, stayingTables, tableRules } from '../src/backup/table-list.js';
import type { JobStore } from '../src/jobs/job-store.js';
import { newId } from '../src/new-id.js';
import { directoryUploads } from '../src/spool/directory-uploads.js';
import { Spool } from '../src/spool/spool.js';
import { backupRows } from '../src/storage/backup-rows.js';
import type { Database } from '../src/storage/database.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { migrate } from '../src/storage/migrate.js';
import { requeueJobs } from '../src/storage/requeue.js';
import { SolveQueue } from '../src/storage/solve-queue.js';
import {
  archiveOf,
  collect,
  fixedKey,
  type GoodArchive,
  manifestOf,
  manifestPiece,
  sliced,
  sourceFrom,
  takeApart,
} from '../test-support/backups.js';
import { databaseKinds, emptyDatabases, enoughKinds, type TestDatabase } from '../test-support/databases.js';
import { hostileArchives } from '../test-support/hostile-archives.js';
import { aJob } from '../test-support/jobs.js';
import { solvedOutcome } from '../test-support/outcomes.js';

jest.setTimeout(180_000);

const silent = createLogger('api', 'silent');
const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000);
const evilText = `'); drop table solve_jobs; -- \\! touch /tmp/evil $$ "é星\n`;

for (const { name, missing, start } of databaseKinds) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? name : `${name} (${missing})`, () => {
    let place: TestDatabase;
    let database: Database;
    let store: JobStore;
    let queue: SolveQueue;
    let directory: string;
    let parts: BackupParts;

    beforeAll(async () => {
      place = await start();
      database = await place.open();
      store = await openJobStore(database, { leaseMs: 600_000 });
      queue = await SolveQueue.open(database.boss);
    });
    afterAll(() => place?.end());
    beforeEach(async () => {
      await place.empty();
      directory = mkdtempSync(join(tmpdir(), 'astrogate-backup-'));
      const spool = await Spool.open(join(directory, 'spool'));
      parts = {
        database,
        rows: backupRows(database.db),
        store: await directoryStore(join(directory, 'backups')),
        uploads: directoryUploads(spool),
        keys: await backupKeysOf(fixedKey),
        caps: defaultCaps,
        directory,
      };
    });
    afterEach(() => rmSync(directory, { recursive: true, force: true }));

    const submit = async (callerKey = 'k'): Promise<string> => {
      const job = aJob({ id: newId(), callerKey, createdAt: at(0) });
      await store.submit(job, 1000);
      return job.id;
    };
    /** One job that was solved, with events, one that is running, and one that waits with a webhook. */
    const someJobs = async () => {
      const solved = await submit(evilText);
      const [claim] = await store.claim(1, at(1));
      if (!claim) throw new Error('nothing was taken');
      await store.start(claim, at(1));
      await store.finish(claim, { outcome: solvedOutcome }, { startedAt: at(1), at: at(2) });
      const running = await submit();
      await store.claim(1, at(3));
      const job = aJob({ id: newId(), createdAt: at(0) });
      await store.submit(job, 1000, { webhook: { url: 'https://h/x', secret: 's' } });
      return { solved, running, waiting: job.id };
    };
    const contentOf = async (tables: readonly string[] = archivedTables) => {
      const content: Record<string, unknown> = {};
      for (const table of tables) {
        const { rows } = await sql<{
          row: string;
        }>`select to_json(t)::text as row from ${sql.table(table)} t order by 1`.execute(database.db);
        content[table] = rows.map(({ row }) => row);
      }
      return content;
    };
    const schemas = async () => {
      const { rows } = await sql<{ name: string }>`
        select nspname as name from pg_namespace where nspname !~ '^pg_(toast|temp)' order by 1`.execute(database.db);
      return rows.map((row) => row.name);
    };
    /** Triggers and functions of the live tables, with where they lie. */
    const machinery = async () => {
      const { rows } = await sql<{ line: string }>`
        select concat_ws(' ', c.relname, t.tgname, t.tgenabled, p.pronamespace::regnamespace) as line
          from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
          where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
        union all select indexdef from pg_indexes where schemaname = 'public'
        union all select concat_ws(' ', conrelid::regclass::text, pg_get_constraintdef(oid))
          from pg_constraint where connamespace = 'public'::regnamespace
        union all select concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default)
          from information_schema.columns where table_schema = 'public'
        union all select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace order by 1`.execute(
        database.db,
      );
      return rows.map(({ line }) => line);
    };
    const make = async () => {
      const id = newId();
      const checked = await makeBackup(parts, { id, kind: 'manual', madeBy: 'me' });
      return { id, checked, open: await sourceOf(parts, id) };
    };
    const load = async (
      { checked, open }: Pick<Awaited<ReturnType<typeof make>>, 'checked' | 'open'>,
      id = newId(),
    ) => {
      await loadScratch(
        database,
        id,
        checked,
        readMembers(open, checked, parts.keys.reading, defaultCaps),
        defaultCaps,
      );
      return id;
    };
    const settle = () => requeueJobs(queue);

    test('every table of ours is in the list, and none that stays refers to one that is replaced', async () => {
      const { rows } = await sql<{ name: string }>`
        select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'p')
          and relname not like 'kysely_migration%' order by 1`.execute(database.db);
      expect(rows.map((row) => row.name)).toEqual(tableRules.map(({ table }) => table).sort());
      const { rows: references } = await sql<{ from: string; to: string }>`
        select c.relname as "from", r.relname as "to" from pg_constraint k
          join pg_class c on c.oid = k.conrelid join pg_class r on r.oid = k.confrelid
          where k.contype = 'f' and c.relnamespace = 'public'::regnamespace`.execute(database.db);
      const order = archivedTables.indexOf.bind(archivedTables);
      for (const { from, to } of references) {
        expect(stayingTables.includes(from) && replacedTables.includes(to)).toBe(false);
        if (archivedTables.includes(from)) expect(order(to)).toBeLessThanOrEqual(order(from));
        if (archivedTables.includes(from)) expect(order(to)).toBeGreaterThanOrEqual(0);
      }
    });

    test('what is restored is what was there, and the way back leads to what was there before the restore', async () => {
      const jobs = await someJobs();
      const before = await contentOf();
      const made = await make();
      expect(made.checked.manifest.members.map(({ name, rows }) => `${name} ${rows}`)).toContain(
        'database/solve_jobs.ndjson 3',
      );
      await submit('later');
      const later = await contentOf();
      const liveMachinery = await machinery();

      const id = await load(made);
      await load(made, id);
      expect(await contentOf()).toEqual(later);
      await swap(database, id, async () => {});
      await swap(database, id, async () => {});
      expect(await contentOf()).toEqual(before);
      expect(await machinery()).toEqual(liveMachinery);

      await swapBack(database, id, async () => {});
      await swapBack(database, id, async () => {});
      expect(await contentOf()).toEqual(later);
      expect(await machinery()).toEqual(liveMachinery);
      await discardScratch(database, id);
      await forgetAside(database, id);
      expect((await schemas()).filter((schema) => /^(?:restore|before)_/.test(schema))).toEqual([]);
      expect((await store.get(jobs.solved))?.callerKey).toBe(evilText);
    });

    test('a restored system works: what waited is taken and solved, on connections that were open before', async () => {
      const jobs = await someJobs();
      const made = await make();
      await place.empty();
      const replaced = await submit();
      const heard: string[] = [];
      const stop = await store.listen({
        queued: () => heard.push('queued'),
        ended: () => heard.push('ended'),
        gap: () => {},
      });
      const id = await load(made);
      await swap(database, id, settle());
      await forgetAside(database, id);

      expect(await store.get(replaced)).toBeUndefined();
      const claims = await store.claim(10, at(10));
      expect(claims.map((claim) => claim.id).sort()).toEqual([jobs.running, jobs.waiting].sort());
      for (const claim of claims) {
        await store.start(claim, at(11));
        await store.finish(claim, { outcome: solvedOutcome }, { startedAt: at(11), at: at(12) });
      }
      const next = await submit();
      expect((await store.claim(10, at(13))).map((claim) => claim.id)).toEqual([next]);
      const { rows } = await sql<{ seqs: string; jobs: string }>`
        select count(distinct seq)::text as seqs, count(*)::text as jobs from job_events`.execute(database.db);
      expect(rows[0]?.seqs).toBe(rows[0]?.jobs);
      const { rows: delivery } = await sql<{
        state: string;
      }>`select state from webhook_deliveries where job_id = ${jobs.waiting}`.execute(database.db);
      expect(delivery).toEqual([{ state: 'pending' }]);
      expect(heard).toContain('ended');
      await stop();
    });

    test('twice restored, once forgotten and once swapped back', async () => {
      await someJobs();
      const made = await make();
      const before = await contentOf();
      const first = await load(made);
      await swap(database, first, settle());
      await forgetAside(database, first);
      const second = await load(made);
      await swap(database, second, settle());
      await swapBack(database, second, settle());
      await discardScratch(database, second);
      expect(Object.keys(await contentOf())).toEqual(Object.keys(before));
      expect((await contentOf()).idempotency_keys).toEqual(before.idempotency_keys);
      await submit();
      expect(await store.claim(10, at(5))).toHaveLength(3);
    });

    if (enoughKinds.some((kind) => kind.name === name)) {
      test('hostile archives are refused, and nothing has changed after any of them', async () => {
        await someJobs();
        const made = await make();
        const good: GoodArchive = await takeApart(await collect(await made.open()), parts.keys);
        const state = async () => ({
          content: await contentOf(tableRules.map(({ table }) => table)),
          schemas: await schemas(),
          machinery: await machinery(),
          files: readdirSync(directory, { recursive: true }).sort(),
        });
        const before = await state();
        for (const { name: what, why, make: build } of hostileArchives) {
          const bytes = await build(good);
          const id = newId();
          const attempt = async () => {
            const checked = await takeBackup(parts, {
              id,
              madeBy: 'x',
              archive: sliced(bytes) as unknown as AsyncIterable<Buffer>,
            });
            try {
              await load({ checked, open: await sourceOf(parts, id) });
            } finally {
              await parts.rows.remove(id);
              await parts.store.remove(id);
            }
          };
          const error = await attempt().then(
            () => undefined,
            (thrown) => thrown,
          );
          expect([what, error?.code ?? error, error?.message]).toEqual([
            what,
            'backup_invalid',
            expect.stringMatching(why),
          ]);
          expect([what, await state()]).toEqual([what, before]);
        }
        expect(hostileArchives.length).toBeGreaterThan(20);
        const id = await load(made);
        await discardScratch(database, id);
      });
    }

    test('nothing of an archive lies on the disk in clear', async () => {
      await submit('find-me-on-the-disk');
      const { id } = await make();
      const file = join(directory, 'backups', `${id}.backup`);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(statSync(join(directory, 'backups')).mode & 0o777).toBe(0o700);
      expect(readdirSync(directory).sort()).toEqual(['backups', 'spool']);
    });

    test('several are made at the same moment, and none disturbs another', async () => {
      await someJobs();
      const made = await Promise.all([make(), make(), make()]);
      for (const { open } of made) await checkArchive(open, parts.keys.reading, defaultCaps);
      expect((await parts.rows.list()).filter(({ state }) => state === 'good').length).toBeGreaterThanOrEqual(3);
    });

    test('one that fails is bad, and nothing is left of it', async () => {
      const id = newId();
      const vault = (async function* () {
        yield Buffer.from('half');
        throw new Error('vault is away');
      })();
      await expect(makeBackup(parts, { id, kind: 'manual', madeBy: 'me', vault })).rejects.toThrow('vault is away');
      expect((await parts.rows.get(id))?.state).toBe('bad');
      expect(readdirSync(join(directory, 'backups'))).toEqual([]);
      expect(readdirSync(directory).sort()).toEqual(['backups', 'spool']);
      await expect(sourceOf(parts, id)).rejects.toThrow('making it has failed');
      await expect(sourceOf(parts, newId())).rejects.toMatchObject({ code: 'backup_not_found' });
    });

    if (name === 'PostgreSQL') {
      test('a transaction that holds the tables is waited for, and then the swap gives up with nothing changed', async () => {
        await someJobs();
        const id = await load(await make());
        const before = await contentOf();
        const other = await place.open();
        let letGo = () => {};
        const held = new Promise<void>((resolve) => {
          letGo = resolve;
        });
        let hold: Promise<void> | undefined;
        await new Promise<void>((ready) => {
          hold = other.db.transaction().execute(async (trx) => {
            await sql`select 1 from solve_jobs`.execute(trx);
            ready();
            await held;
          });
        });
        await expect(swap(database, id, settle())).rejects.toMatchObject({ code: 'storage_unavailable' });
        letGo();
        await hold;
        expect(await contentOf()).toEqual(before);
        await swap(database, id, settle());
        await swapBack(database, id, settle());
        await discardScratch(database, id);
      });

      test('others who write at the same moment lose nothing but their place', async () => {
        await someJobs();
        const id = await load(await make());
        const others = [await place.open(), await place.open()];
        let isOver = false;
        const failures: unknown[] = [];
        let written = 0;
        const write = async ({ db }: Database) => {
          while (!isOver) {
            const key = newId();
            const row = sql`insert into service_secrets (name, secret) values (${key}, 'x')`;
            await row.execute(db).then(
              () => written++,
              (error) => failures.push(error),
            );
          }
        };
        const writers = others.map(write);
        for (let round = 0; round < 5; round++) {
          await swap(database, id, settle());
          await swapBack(database, id, settle());
          const { rows } = await sql`select 1 from service_secrets limit 2`.execute(database.db);
          expect(rows).toHaveLength(2);
          // What was swapped back lies in the scratch schema, and is not swapped in again.
          await discardScratch(database, id);
          await load({ ...(await make()) }, id);
        }
        isOver = true;
        await Promise.all(writers);
        expect(failures).toEqual([]);
        expect(written).toBeGreaterThan(0);
        await discardScratch(database, id);
      });
    }
  });
}

for (const { name, missing, start } of emptyDatabases) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? `${name}: older versions` : `${name} (${missing})`, () => {
    test('an archive of the first version is restored into the newest', async () => {
      const databases = await start();
      const directory = mkdtempSync(join(tmpdir(), 'astrogate-backup-'));
      try {
        const db = await databases.open();
        await migrate(db, silent);
        const keys = await backupKeysOf(fixedKey);
        await sql`insert into solve_jobs (id, caller_key, request_id, status, created_at, finished_at, retry_ms, upload, hints,
            guesses, limits, round, ready_at, outcome)
          values ('old', 'k', 'r', 'done', now(), now(), 0, '{}', '{}', '[]', '{}', 1, now(), '{"a": 1}')`.execute(db);
        const snapshot = await takeSnapshot({ db }, directory);
        const good = await takeApart(
          await collect(
            makeArchive(
              {
                level: snapshot.level,
                madeAt: new Date(),
                parts: ['database'],
                members: sliceMembers(snapshot.members),
              },
              keys.making,
            ),
          ),
          keys,
        );
        // As the first version would have made it.
        const pieces = good.pieces
          .filter(({ header }) => /solve_jobs|job_events|idempotency/.test(header.name))
          .map(({ header, content }) => {
            const rows = content
              .toString()
              .split('\n')
              .filter(Boolean)
              .map((line) => JSON.parse(line));
            for (const row of rows) {
              delete row.owner_key;
              delete row.bytes;
            }
            return { header, content: Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')) };
          });
        const old = await archiveOf(
          [...pieces, manifestPiece(manifestOf({ ...good.manifest, level: '0001-jobs' }, pieces))],
          keys,
        );
        const open = sourceFrom(old);
        const checked = await checkArchive(open, keys.reading, defaultCaps);
        await sql`delete from solve_jobs`.execute(db);
        const id = newId();
        await loadScratch({ db }, id, checked, readMembers(open, checked, keys.reading, defaultCaps), defaultCaps);
        await swap({ db }, id, async () => {});
        const { rows } = await sql<{
          id: string;
          bytes: string;
        }>`select id, bytes::text as bytes from solve_jobs`.execute(db);
        expect(rows).toEqual([{ id: 'old', bytes: expect.stringMatching(/^\d{4}$/) }]);
        await migrate(db, silent);
      } finally {
        rmSync(directory, { recursive: true, force: true });
        await databases.end();
      }
    });
  });
}

async function* sliceMembers<T>(members: readonly T[]): AsyncGenerator<T> {
  yield* members;
}
