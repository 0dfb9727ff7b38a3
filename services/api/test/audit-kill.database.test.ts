// `kill -9` of the process that deletes jobs: of each job, either it and no row of the audit log are there, or its row
// and no job. The killed process runs the built api; `npm test` and `npm run check` build it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createLogger, verifyAudit } from '@astrogate/common';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { appendAudit } from '../src/audit/audit.js';
import { auditLog } from '../src/audit/audit-log.js';
import { newId } from '../src/new-id.js';
import { openDatabase } from '../src/storage/database.js';
import { inTransaction } from '../src/storage/transaction.js';
import { databasePlaces, type StartedPlace } from '../test-support/database-places.js';
import { aJob } from '../test-support/jobs.js';

jest.setTimeout(240_000);

const log = createLogger('api', 'silent');
const program = join(import.meta.dirname, '../test-support/audit-process.js');

for (const { name, isHere, start } of databasePlaces) {
  const suite = isHere ? describe : describe.skip;
  suite(name, () => {
    let database: StartedPlace;
    beforeAll(async () => {
      database = await start();
    });
    afterAll(() => database?.end());

    /** Runs the program on new jobs and kills it with -9 after it has said `last` so often. Returns the jobs' ids. */
    async function runAndKill(last: string, times: number): Promise<string[]> {
      const jobs = Array.from({ length: 200 }, () => aJob({ id: newId() }));
      const parts = JSON.stringify({ place: database.place, jobs, stops: last === 'between' });
      const child = spawn(process.execPath, [program, parts], { stdio: ['ignore', 'pipe', 'inherit'] });
      const exited = once(child, 'exit');
      let said = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        if (line === last) said += 1;
        if (said === times) child.kill('SIGKILL');
      }
      expect(await exited).toEqual([null, 'SIGKILL']);
      expect(said).toBeGreaterThanOrEqual(times);
      return jobs.map(({ id }) => id);
    }

    /** Which of `ids` are there as jobs, and which in the audit log. */
    async function look(ids: string[]) {
      const own = await openDatabase(database.place, log);
      // The server may still be at the killed one's last transaction: whoever appends waits for its end.
      await inTransaction(own.db, (trx) =>
        appendAudit(trx, {
          act: 'audit.export',
          actor: 'system',
          address: '',
          target: 'audit',
          result: 'done',
          requestId: '',
        }),
      );
      const jobs = (await own.db.selectFrom('solve_jobs').select('id').where('id', 'in', ids).execute()).map(
        ({ id }) => id,
      );
      const rows = await auditLog(own).rowsAfter(0, 10_000);
      await own.close();
      const told = rows.map(({ target }) => target.replace('job:', '')).filter((id) => ids.includes(id));
      return { jobs, told, findings: (await verifyAudit(rows)).findings };
    }

    test('between act and commit: neither has happened', async () => {
      const ids = await runAndKill('between', 1);
      const { jobs, told, findings } = await look(ids);
      expect({ jobs: jobs.length, told, findings }).toEqual({ jobs: ids.length, told: [], findings: [] });
    });

    test.each([1, 7, 40])(
      'at some moment after the %ith: each act has its row, and each row its act',
      async (times) => {
        const ids = await runAndKill('deleted', times);
        const { jobs, told, findings } = await look(ids);
        expect(told.length).toBeGreaterThanOrEqual(times);
        expect([...jobs, ...told].toSorted()).toEqual(ids.toSorted());
        expect(findings).toEqual([]);
      },
    );
  });
}
