// `kill -9` at every step of a certificate job, with a real nginx: what is served is the old certificate or the new one,
// never none, and the next api brings the job to its end. The killed process runs the built api.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres } from '@astrogate/local';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Database } from '../src/storage/database.js';
import { readLeaf } from '../src/system/certificate/read-pair.js';
import { servedCertificate } from '../src/system/certificate/served.js';
import { currentVersion, switchTo, writeVersion } from '../src/system/certificate/versions.js';
import { certificateParams } from '../src/system/plans/certificate-order.js';
import { isFull } from '../test-support/environment.js';
import { FakeNginxTargets } from '../test-support/fake-nginx-targets.js';
import {
  finish,
  killInEach,
  nameOfRow,
  printTable,
  rowForEach,
  rowThroughAll,
  startKillBench,
} from '../test-support/killed-plans.js';
import { missingNginx, type RunningNginx, startNginx } from '../test-support/nginx.js';
import { type Made, makeCertificate } from '../test-support/pems.js';

jest.setTimeout(120_000);

const bin = findPostgres();
const missing = [missingNginx, bin === undefined ? 'no PostgreSQL server is installed' : undefined].filter(Boolean);
const firstVersion = 'a'.repeat(32);
const all = ['after begin', 'middle', 'before end', 'after end'];
const without = (moment: string) => all.filter((one) => one !== moment);

/** `middle`: when something was persisted within the turn, or nginx was told. Undoings that do nothing have none. */
const turns = {
  forward: { write: all, switch: all, apply: all, probe: all, revoke: all, tidy: all },
  back: {
    ...{ write: all, switch: all, apply: all, 'probe fails': without('middle') },
    ...{ 'undo probe': without('middle'), 'undo apply': without('middle') },
    ...{ 'undo switch': all, 'undo write': without('middle') },
  },
} as const;
const rows = Object.entries(turns).flatMap(([way, steps]) =>
  (isFull ? rowForEach(steps) : [rowThroughAll(steps)]).map(
    (row) => [way as keyof typeof turns, nameOfRow(row), row] as const,
  ),
);

test('everything is here', () => {
  if (missing.length > 0) process.stderr.write(`${missing.join('; ')}: nobody was killed\n`);
});

(missing.length === 0 ? describe : describe.skip)('PostgreSQL, nginx', () => {
  const table: string[][] = [['way', 'killed', 'then', 'served', 'versions', 'revoked']];
  let bench: Awaited<ReturnType<typeof startKillBench>>;
  let database: Database;
  let targets: FakeNginxTargets;
  let nginx: RunningNginx;
  let home: string;
  let root: string;
  let old: Made;

  beforeAll(async () => {
    bench = await startKillBench(bin as string, () => targets);
    database = bench.database;
  });
  beforeEach(async () => {
    await sql`truncate system_jobs`.execute(database.db);
    home = mkdtempSync(join(tmpdir(), 'astrogate-certificate-kill-'));
    root = join(home, 'certificates');
    old = await makeCertificate();
    await writeVersion(root, firstVersion, { chain: old.cert, key: old.key }, { from: 'upload', names: [] });
    await switchTo(root, firstVersion);
    nginx = await startNginx(root);
    targets = new FakeNginxTargets(nginx);
  });
  afterEach(async () => {
    await nginx[Symbol.asyncDispose]();
    rmSync(home, { recursive: true });
  });
  afterAll(async () => {
    printTable('kill -9 of a certificate job', table);
    await bench.end();
  });

  test.each(rows)('%s: killed %s', async (way, name, row) => {
    const next = await makeCertificate();
    const place = { host: '127.0.0.1', port: nginx.port, serverName: 'localhost' };
    const journal = join(home, 'revoked');
    if (way === 'back') {
      targets.beforeAct = () => {
        // What is new cannot be read, however often nginx is told.
        if (!readFileSync(join(root, 'current/fullchain.pem'), 'utf8').includes(old.cert.trim()))
          truncateSync(join(root, 'current/privkey.pem'));
      };
    }
    const given = {
      ...{ ...bench.given, kind: 'certificate', actor: 'jane' },
      params: certificateParams.parse({ from: 'upload', chain: next.cert }),
      gift: { private_key: next.key },
      certificate: { root, place, patienceMs: way === 'back' ? 1_500 : 20_000, journal },
    };
    await killInEach(database.db, given, row, async () => {
      // Whatever was cut off, whoever comes is shown a certificate, and so is whoever nginx starts anew for.
      const between = (await servedCertificate(place)).serial;
      expect([readLeaf(old.cert).serial, readLeaf(next.cert).serial]).toContain(between);
      expect(existsSync(join(root, 'current/fullchain.pem'))).toBe(true);
    });
    const job = await finish(given);
    const served = (await servedCertificate(place)).serial === readLeaf(next.cert).serial ? 'new' : 'old';
    const versions = readdirSync(root).filter((name) => name !== 'current');
    const revoked = existsSync(journal) ? [...new Set(readFileSync(journal, 'utf8').trim().split('\n'))] : [];
    table.push([way, name, job.state.status, served, String(versions.length), String(revoked.length)]);

    // The key was in memory alone until it was written.
    const isLost = row[0]?.step === 'write' && row[0].moment === 'after begin';
    if (way === 'back' || isLost) {
      expect({ status: job.state.status, served, versions, revoked }).toEqual({
        ...{ status: 'failed', served: 'old', versions: [firstVersion], revoked: [] },
      });
      expect(await currentVersion(root)).toBe(firstVersion);
    } else {
      expect({ status: job.state.status, served, versions: versions.sort(), revoked }).toEqual({
        ...{
          status: 'done',
          served: 'new',
          versions: [firstVersion, job.id].sort(),
          revoked: [readLeaf(old.cert).serial],
        },
      });
      expect(await currentVersion(root)).toBe(job.id);
    }
  });
});
