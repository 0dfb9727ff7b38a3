// `npm run test:crash`: jobs outlive `kill -9` of everything that works on them.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { containerTool, type Engine, ensurePostgres, ensureSandboxImage, interruption, say } from '@astrogate/local';
import { wholeNumber, withEngine } from '../measuring-run.js';
import { crashJobs } from './crash-jobs.js';
import { type CrashReport, crashTable, reportOf } from './crash-report.js';
import { crashRun } from './crash-run.js';

const defaults = { jobs: '100', kills: '4', seed: '1', database: 'both' };
const databases = { pglite: ['pglite'], postgres: ['postgres'], both: ['pglite', 'postgres'] } as const;

const usage = `Usage: npm run test:crash -- [--jobs N] [--kills N] [--database D] [--seed N] [--json FILE]
Hands jobs in over HTTP and kills api, solver, database, and all of them at once, with -9 while jobs run and wait; starts
them again, and fails unless every job ends as itself, once.
  --jobs N       jobs (default ${defaults.jobs}); every fourth has no solution
  --kills N      kills of each part (default ${defaults.kills})
  --database D   pglite, postgres or both (default ${defaults.database})
  --seed N       moments of the kills (default ${defaults.seed})
  --json FILE    writes the reports there`;

interface Options {
  jobs: number;
  kills: number;
  seed: number;
  databases: readonly ('pglite' | 'postgres')[];
  json: string | undefined;
}

/** Ends with exit code 1 when a job was lost, changed, spoilt or recorded twice. */
export async function testCrash(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (!options) return console.log(usage);
  await withEngine((engine) => runAll(engine, options));
}

function readOptions(args: readonly string[]): Options | undefined {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      jobs: text(defaults.jobs),
      kills: text(defaults.kills),
      seed: text(defaults.seed),
      database: text(defaults.database),
      json: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  if (!Object.hasOwn(databases, values.database)) throw new Error('--database must be pglite, postgres or both');
  return {
    jobs: wholeNumber('jobs', values.jobs),
    kills: wholeNumber('kills', values.kills, 0),
    seed: wholeNumber('seed', values.seed, 0),
    databases: databases[values.database as keyof typeof databases],
    json: values.json && resolve(values.json),
  };
}

async function runAll(engine: Engine, { jobs, kills, seed, databases, json }: Options): Promise<void> {
  const sandboxImage = await ensureSandboxImage(engine, true);
  const postgresBin = databases.includes('postgres') ? await ensurePostgres(true) : '';
  const dockerHost = engine.cli.host;
  const made = await crashJobs(jobs, containerTool({ image: sandboxImage, dockerHost }));
  const reports: CrashReport[] = [];
  for (const database of databases) {
    say(`• ${jobs} jobs on ${database}, seed ${seed}`);
    const parts = { dockerHost, sandboxImage, database, postgresBin, kills, seed, say };
    reports.push(reportOf(await crashRun({ ...parts, jobs: made, signal: interruption() })));
  }
  console.log(crashTable(reports));
  for (const { database, faults } of reports) for (const fault of faults) say(`✗ ${database}: ${fault}`);
  if (json) writeFileSync(json, `${JSON.stringify(reports, null, 2)}\n`);
  process.exitCode = reports.every(({ faults }) => faults.length === 0) ? 0 : 1;
}
