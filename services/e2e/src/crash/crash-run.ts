// One crash test: a stack of its own, jobs handed in, and `kill -9` of its parts while they run and wait.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DockerCli,
  type PostgresServer,
  type Stack,
  type StackPart,
  startPostgres,
  startStack,
  urlOf,
} from '@astrogate/local';
import { sandboxesOf } from '../test-stack.js';
import { CrashClient, type SeenJob } from './crash-client.js';
import type { CrashJob } from './crash-jobs.js';
import { type Kill, killsBefore, planKills, type Victim } from './crash-plan.js';
import { readRecords } from './crash-records.js';
import type { CrashRun } from './crash-report.js';
import { watchForDoubles } from './double-watch.js';

export interface CrashOptions {
  readonly dockerHost: string;
  readonly sandboxImage: string;
  readonly database: CrashRun['database'];
  /** Directory of the PostgreSQL server's programs; needed for that database. */
  readonly postgresBin?: string;
  /** How many there are of each; several apis need the PostgreSQL server. */
  readonly apis: number;
  readonly solvers: number;
  readonly jobs: readonly CrashJob[];
  /** Kills of every part. */
  readonly kills: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** A hundred jobs take about two minutes on two cores, with eight kills. */
const longestMs = 20 * 60_000;

export async function crashRun(options: CrashOptions): Promise<CrashRun> {
  const home = mkdtempSync(join(tmpdir(), 'astrogate-crash-'));
  // The api's user must pass through to its own directory.
  chmodSync(home, 0o711);
  const server = options.database === 'postgres' ? await startPostgres(options.postgresBin as string) : undefined;
  try {
    return await runIn(home, options, server);
  } finally {
    await server?.end();
    rmSync(home, { recursive: true, force: true });
  }
}

async function runIn(home: string, options: CrashOptions, server: PostgresServer | undefined): Promise<CrashRun> {
  const { dockerHost, sandboxImage, database, apis, solvers, jobs, seed } = options;
  const directories = {
    api: join(home, 'public', 'api'),
    solver: join(home, 'solver'),
    certificates: join(home, 'certificates'),
    logs: join(home, 'logs'),
  };
  const stack = await startStack({
    ...{ dockerHost, sandboxImage, apiPort: 0, apis, solvers, directories },
    apiEnv: { API_LOG_LEVEL: 'debug', API_GRACE_SECONDS: '5', ...(server && { DATABASE_URL: server.url }) },
    solverEnv: { SOLVER_GRACE_SECONDS: '5' },
  });
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(longestMs), over.signal]);
  const client = new CrashClient(stack.apis.map(urlOf), signal);
  const doubles = watchForDoubles(stack, over.signal);
  const who: readonly Victim[] = server ? ['api', 'solver', 'database', 'everything'] : ['api', 'solver', 'everything'];
  const kills = planKills(who, options.kills, jobs.length, seed);
  const begin = performance.now();
  const killed: Kill[] = [];
  const seen = new Map<string, SeenJob>();
  try {
    await Promise.all([
      client.submitAll(jobs, (index) => killsBefore(index, jobs.length, kills.length) <= killed.length),
      client.watch(jobs.length),
      killAll(kills, killed, { stack, server, client, options }),
    ]);
    for (const id of client.accepted.keys()) seen.set(id, await client.look(id));
  } finally {
    // What is left of client and kills must not touch a stack that stops.
    over.abort();
    await stack.stop();
  }
  const seconds = (performance.now() - begin) / 1000;
  const log = stack.apis
    .map((_, at) => readFileSync(join(directories.logs, `${nth('api', at)}.log`), 'utf8'))
    .join('\n');
  const left = stack.solvers.map((_, at) => sandboxesOf(new DockerCli(dockerHost), nth(directories.solver, at)));
  return {
    ...{ database, apis, solvers, seed, seconds, kills, seen, accepted: client.accepted },
    records: await readRecords(server ? { url: server.url } : { stateDir: join(directories.api, 'state') }),
    dispatchMs: dispatchTimes(log),
    isSecretLogged: server !== undefined && log.includes(new URL(server.url).password),
    sandboxesLeft: (await Promise.all(left)).flat().length,
    ...(await doubles),
  };
}

interface Targets {
  stack: Stack;
  server: PostgresServer | undefined;
  client: CrashClient;
  options: CrashOptions;
}

async function killAll(kills: readonly Kill[], killed: Kill[], targets: Targets): Promise<void> {
  const { client, options } = targets;
  for (const kill of kills) {
    while (client.ended.size < kill.afterEnds || client.accepted.size === 0) await pause(50, client.signal);
    await pause(kill.delayMs, client.signal);
    options.say(`  kill -9 ${kill.victim}, with ${client.ended.size} of ${options.jobs.length} jobs ended`);
    await killOne(kill, targets);
    killed.push(kill);
  }
}

/** Kills, waits, and starts again, the database first. */
async function killOne({ victim, which, downMs }: Kill, { stack, server, client }: Targets): Promise<void> {
  const dying = (kind: Victim, parts: readonly StackPart[]) =>
    victim === 'everything' ? parts : parts.slice(...(victim === kind ? one(which, parts.length) : [0, 0]));
  const apis = dying('api', stack.apis);
  const solvers = dying('solver', stack.solvers);
  const database = victim === 'database' || victim === 'everything' ? server : undefined;
  await Promise.all([...[...apis, ...solvers].map(({ process }) => process.kill()), database?.kill()]);
  await pause(downMs, client.signal);
  await database?.restart();
  for (const part of [...solvers, ...apis]) await part.restart();
}

/** Where the one begins and ends that `which`, 0 to below 1, means of `count`. */
function one(which: number, count: number): [number, number] {
  const at = Math.floor(which * count);
  return [at, at + 1];
}

/** As the stack names its logs and directories. */
const nth = (name: string, at: number) => (at === 0 ? name : `${name}-${at + 1}`);

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  signal.throwIfAborted();
}

/** The last line of a process that was killed may be cut. */
function dispatchTimes(log: string): number[] {
  return log.split('\n').flatMap((line) => {
    if (!line.includes('"attempt starts"')) return [];
    const ms = /"dispatchMs":(\d+)/.exec(line)?.[1];
    return ms === undefined ? [] : [Number(ms)];
  });
}
