// `kill -9` at every step of an admin job, before and after everything that is persisted and in the middle of every act:
// the next api brings the job to the same end. The full table is for both databases. The killed process runs the built api; `npm test` and
// `npm run check` build it.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@astrogate/common';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { openDatabase } from '../src/storage/database.js';
import { systemJobs } from '../src/storage/system-jobs.js';
import type { Db } from '../src/storage/tables.js';
import type { SystemJob } from '../src/system/system-job.js';
import { SystemJobs } from '../src/system/system-jobs.js';
import { databasePlaces, type StartedPlace } from '../test-support/database-places.js';
import { isFull } from '../test-support/environment.js';
import { fakePlans, worldNow } from '../test-support/fake-plans.js';

// Each row starts a process, and opens the database twice.
jest.setTimeout(120_000);

const log = createLogger('api', 'silent');
const program = join(import.meta.dirname, '../test-support/system-job-process.js');
/** Longer than a busy machine takes; the test lets it lapse when it has killed. */
const leaseMs = 60_000;
const key = randomBytes(32).toString('base64');
const gift = { unseal_keys: [key, randomBytes(32).toString('base64')] };

const moments = ['before begin', 'after begin', 'middle', 'before end', 'after end'] as const;

/**
 * Per plan: its turns in their order, and what the world is in the end. `again`: in which turn of its own each api is killed,
 * when it goes on with the turn in which the last one was; what the operator gave is lost then.
 */
const plans = {
  forward: { turns: ['a', 'b', 'c'], again: [1, 2, 2], status: 'done', world: ['a', 'b', 'c'] },
  undo: {
    turns: ['a', 'b', 'c', 'undo c', 'undo b', 'undo a'],
    again: [1, 2, 2, 2, 2, 2],
    status: 'failed',
    world: [],
  },
  operator: { turns: ['a', 'b asks', 'b', 'c'], again: [1, 2, 2, 3], status: 'done', world: ['a', 'b', 'c'] },
} as const;
type Kind = keyof typeof plans;

interface Kill {
  readonly moment: string;
  /** Counted from 1, by the process that is killed. */
  readonly turn: number;
}
type Row = readonly [kind: Kind, name: string, kills: readonly Kill[]];

const full = (kind: Kind): Row[] =>
  plans[kind].turns.flatMap((name, at) =>
    moments.map((moment): Row => [kind, `at "${name}", ${moment}`, [{ moment, turn: at + 1 }]]),
  );
const during = ['before end', 'after begin', 'middle'];
const short = (kind: Kind): Row => [
  ...([kind, 'in every turn, one api after the other'] as const),
  plans[kind].again.map((turn, at) => ({ moment: during[at % during.length] ?? '', turn })),
];

const kinds = Object.keys(plans) as Kind[];
/** The files of the embedded database are looked through for keys that the operator gave. */
function shortKindsOf(database: string): Kind[] {
  if (!databasePlaces.every(({ isHere }) => isHere)) return kinds;
  return database === 'PGlite' ? ['operator'] : ['forward', 'undo'];
}

for (const { name, isHere, start } of databasePlaces) {
  const suite = isHere ? describe : describe.skip;
  const rows = isFull ? kinds.flatMap(full) : shortKindsOf(name).map(short);
  suite(name, () => {
    let at: StartedPlace;
    let worlds: string;
    beforeAll(async () => {
      at = await start();
      worlds = mkdtempSync(join(tmpdir(), 'astrogate-worlds-'));
    });
    afterAll(async () => {
      rmSync(worlds, { recursive: true });
      await at.end();
    });

    async function runAndKill(kind: Kind, world: string, kill: Kill, goesOn: boolean): Promise<void> {
      const parts = { place: at.place, world, kind, leaseMs, gift, kill, goesOn };
      const child = spawn(process.execPath, [program, JSON.stringify(parts)], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    }

    /** The next api takes the job that was left, and an operator answers what it asks. */
    async function resume(world: string): Promise<{ job: SystemJob; asked: number; found: string[] }> {
      const database = await openDatabase(at.place, log);
      await sql`update system_jobs set lease_until = clock_timestamp() - interval '1 second'`.execute(database.db);
      const store = systemJobs(database, leaseMs);
      const parts = { plans: fakePlans(world), log, now: () => new Date(), pauseMs: 5, probeMs: 20 };
      const jobs = new SystemJobs({ store, ...parts });
      await jobs.start();
      const [last] = await jobs.list(1);
      let job = last as SystemJob;
      let asked = 0;
      for await (job of jobs.follow(job.id, 0, AbortSignal.timeout(60_000))) {
        if (job.state.status !== 'waiting_for_operator') continue;
        // One that was left waiting must be ours before somebody answers; goOn sees to that.
        asked += 1;
        await jobs.goOn(job.id, gift);
      }
      const found = await tablesWith(database.db, key);
      await jobs.close();
      await database.close();
      return { job, asked, found };
    }

    test.each(rows)('%s: killed %s: the same end', async (kind, _name, kills) => {
      const world = mkdtempSync(join(worlds, `${kind}-`));
      for (const [at, kill] of kills.entries()) await runAndKill(kind, world, kill, at > 0);
      const { job, found } = await resume(world);
      const { status, world: end } = plans[kind];
      expect({ status: job.state.status, world: worldNow(world) }).toEqual({ status, world: [...end] });
      expect(found).toEqual([]);
      // Each is done once, and the one at which it was killed once more; without keys it asks first, each time.
      const journal = readFileSync(join(world, 'journal'), 'utf8').trim().split(' ');
      for (const step of new Set(journal))
        expect(journal.filter((one) => one === step).length).toBeLessThanOrEqual(
          kind === 'operator' && step === 'b' ? kills.length + 3 : 2,
        );
    });

    test('the keys that the operator gave are nowhere in the files of the embedded database', () => {
      if (!('stateDir' in at.place)) return;
      expect(filesWith(at.place.stateDir, key)).toEqual([]);
      // Such texts would be found.
      expect(filesWith(at.place.stateDir, 'unsealing with [withheld]')).not.toEqual([]);
    });
  });
}

/** Tables that hold `text` somewhere. */
async function tablesWith(db: Db, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, schema } of await db.introspection.getTables()) {
    const table = sql.table(`${schema}.${name}`);
    const { rows: hits } =
      await sql`select 1 from ${table} as t where position(${text} in t::text) > 0 limit 1`.execute(db);
    if (hits.length > 0) found.push(name);
  }
  return found;
}

function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}
