// The crash test in small: every part is killed once. `npm run test:crash` does it with a hundred jobs.
import { containerTool, findPostgres } from '@astrogate/local';
import { beforeAll, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { stacks } from '../src/crash/crash.js';
import { type CrashJob, crashJobs } from '../src/crash/crash-jobs.js';
import { crashTable, reportOf } from '../src/crash/crash-report.js';
import { crashRun } from '../src/crash/crash-run.js';

const { dockerHost, sandboxImage } = testEnvironment();
const postgresBin = findPostgres();
let jobs: CrashJob[];

beforeAll(async () => {
  jobs = await crashJobs(12, containerTool({ image: sandboxImage, dockerHost }));
}, 120_000);

for (const [name, { database, apis, solvers }] of Object.entries(stacks)) {
  const isHere = database === 'pglite' || postgresBin !== undefined;
  const title = isHere ? name : `${name} (not installed; Debian: apt-get install postgresql)`;
  (isHere ? test : test.skip)(
    `every job ends once, whatever is killed: ${title}`,
    async () => {
      const parts = { dockerHost, sandboxImage, database, apis, solvers, jobs, kills: 1, seed: 3 };
      const signal = new AbortController().signal;
      const run = await crashRun({ ...parts, ...(postgresBin && { postgresBin }), signal, say: () => {} });
      const report = reportOf(run);
      expect(report.faults).toEqual([]);
      expect(report.jobs).toBe(12);
      expect(Object.values(report.kills).reduce((sum, count) => sum + count)).toBe(database === 'pglite' ? 3 : 4);
      expect(report.ends.solved).toBe(9);
      expect(report.looks).toBeGreaterThan(10);
      expect(report.dispatch.count).toBeGreaterThanOrEqual(12);
      expect(crashTable([report])).toContain(`| database | ${database} |`);
    },
    300_000,
  );
}
