// `npm run test:crash`: jobs outlive `kill -9` of everything that works on them.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { containerTool, type Engine, ensurePostgres, ensureSandboxImage, interruption, say } from '@astrogate/local';
import { wholeNumber, withEngine } from '../measuring-run.js';
import { crashJobs } from './crash-jobs.js';
import { type CrashReport, crashTable, reportOf } from './crash-report.js';
import { crashRun } from './crash-run.js';

const defaults = { jobs: '100', kills: '4', seed: '1', on: 'all' };
/** What jobs are handed in to. */
export const stacks = {
  pglite: { database: 'pglite', apis: 1, solvers: 1 },
  postgres: { database: 'postgres', apis: 1, solvers: 1 },
  replicas: { database: 'postgres', apis: 2, solvers: 2 },
} as const;
type StackName = keyof typeof stacks;

const usage = `Usage: npm run test:crash -- [--jobs N] [--kills N] [--on STACK] [--seed N] [--json FILE]
Hands jobs in over HTTP and kills api, solver, database, and all of them at once, with -9 while jobs run and wait; starts
them again, and fails unless every job ends as itself, once.
  --jobs N       jobs (default ${defaults.jobs}); every fourth has no solution
  --kills N      kills of each part (default ${defaults.kills})
  --on STACK     pglite, postgres, replicas (two apis and two solvers on one PostgreSQL) or all (default ${defaults.on})
  --seed N       moments of the kills (default ${defaults.seed})
  --json FILE    writes the reports there`;

interface Options {
  jobs: number;
  kills: number;
  seed: number;
  on: readonly StackName[];
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
      on: text(defaults.on),
      json: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  const names = Object.keys(stacks) as StackName[];
  const on = values.on === 'all' ? names : names.filter((name) => name === values.on);
  if (on.length === 0) throw new Error(`--on must be ${names.join(', ')} or all`);
  return {
    jobs: wholeNumber('jobs', values.jobs),
    kills: wholeNumber('kills', values.kills, 0),
    seed: wholeNumber('seed', values.seed, 0),
    on,
    json: values.json && resolve(values.json),
  };
}

async function runAll(engine: Engine, { jobs, kills, seed, on, json }: Options): Promise<void> {
  const sandboxImage = await ensureSandboxImage(engine, true);
  const postgresBin = on.some((name) => stacks[name].database === 'postgres') ? await ensurePostgres(true) : '';
  const dockerHost = engine.cli.host;
  const made = await crashJobs(jobs, containerTool({ image: sandboxImage, dockerHost }));
  const reports: CrashReport[] = [];
  for (const name of on) {
    say(`• ${jobs} jobs on ${name}, seed ${seed}`);
    const parts = { dockerHost, sandboxImage, ...stacks[name], postgresBin, kills, seed, say };
    reports.push(reportOf(await crashRun({ ...parts, jobs: made, signal: interruption() })));
  }
  console.log(crashTable(reports));
  for (const [at, { faults }] of reports.entries()) for (const fault of faults) say(`✗ ${on[at]}: ${fault}`);
  if (json) writeFileSync(json, `${JSON.stringify(reports, null, 2)}\n`);
  process.exitCode = reports.every(({ faults }) => faults.length === 0) ? 0 : 1;
}
