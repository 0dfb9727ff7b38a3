// `npm run soak`: mixed jobs, good and hostile, while api, solver, database and engine are killed. Ends with 1 when a promise is broken.
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  Advice,
  containerTool,
  type Engine,
  ensurePostgres,
  ensureSandboxImage,
  interruption,
  places,
  say,
  seededRandom,
  step,
} from '@astrogate/local';
import { describeMachine } from '../bench/machine-use.js';
import { engineVersion, wholeNumber, withEngine } from '../measuring-run.js';
import { planMishaps, type Victim } from './mishaps.js';
import { runSoak } from './run-soak.js';
import { mixOf } from './soak-kinds.js';
import { makeSoakPictures } from './soak-pictures.js';
import { soakTable, verdictsOf } from './soak-report.js';
import { startSoakStack } from './soak-stack.js';

/** About ten minutes on two cores. */
const defaults = { jobs: '500', 'api-kills': '4', 'solver-kills': '8', 'database-kills': '4', 'engine-kills': '4' };
/** Jobs between two rests. */
export const batch = 20;
/** Callers at the same time; two more than slots, so that some jobs wait. */
export const lanes = availableParallelism() + 2;

const usage = `Usage: npm run soak -- [--jobs N] [--api-kills N] [--solver-kills N] [--database-kills N]
                        [--engine-kills N] [--seed N] [--out FILE]
Mixed jobs over HTTP, good and hostile, on a Docker Engine and a PostgreSQL server of its own, while api, solver, database
and engine are killed at random moments. Prints which promises were kept, and ends with exit code 1 when one was broken.
  --jobs N             (default ${defaults.jobs})
  --api-kills N        SIGKILL to the api's process (default ${defaults['api-kills']})
  --solver-kills N     to the solver's process (default ${defaults['solver-kills']})
  --database-kills N   to all processes of PostgreSQL (default ${defaults['database-kills']})
  --engine-kills N     to the engine's daemon (default ${defaults['engine-kills']})
  --seed N             the same jobs and kills in the same order (default: any, and printed)
  --out FILE           where the results go, as JSON (default soak-results.json)`;

export async function soak(args: readonly string[]): Promise<void> {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      jobs: text(defaults.jobs),
      'api-kills': text(defaults['api-kills']),
      'solver-kills': text(defaults['solver-kills']),
      'database-kills': text(defaults['database-kills']),
      'engine-kills': text(defaults['engine-kills']),
      seed: text(String(randomInt(1_000_000))),
      out: text(join(places.root, 'soak-results.json')),
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(usage);
  const whole = (name: keyof typeof defaults | 'seed', least: number) => wholeNumber(name, values[name], least);
  const size = {
    ...{ jobs: whole('jobs', 1), seed: whole('seed', 0) },
    kills: {
      api: whole('api-kills', 0),
      solver: whole('solver-kills', 0),
      database: whole('database-kills', 0),
      engine: whole('engine-kills', 0),
    },
  };
  if (!places.isRoot) throw new Advice('a soak kills a Docker Engine of its own, which only root may start');
  await withEngine((engine) => run(engine, size, resolve(values.out)));
}

interface Size {
  jobs: number;
  seed: number;
  kills: Record<Victim, number>;
}

async function run({ cli, ...engine }: Engine, { jobs, seed, kills }: Size, out: string): Promise<void> {
  const image = await ensureSandboxImage({ cli, ...engine }, true);
  const postgresBin = await ensurePostgres(true);
  const tool = containerTool({ image, dockerHost: cli.host });
  const pictures = await step('Render the pictures', () => makeSoakPictures(tool));
  await using stack = await step('Start an engine, a database and a stack', () =>
    startSoakStack(cli, image, postgresBin),
  );
  say(`• ${jobs} jobs, ${lanes} callers, seed ${seed}`);
  const random = seededRandom(seed);
  const begun = Date.now();
  const facts = await runSoak({
    ...{ ...stack, pictures, batch, lanes, seed, signal: interruption(), say },
    mix: mixOf(jobs, random),
    mishaps: planMishaps(jobs, kills, random),
  });
  const verdicts = verdictsOf(facts);
  const seconds = (Date.now() - begun) / 1000;
  const { endsWritten, ...plain } = facts;
  const result = { machine: describeMachine(await engineVersion(cli)), seed, jobs, kills, seconds, verdicts, ...plain };
  writeFileSync(out, `${JSON.stringify({ ...result, endsWritten: endsWritten.size }, null, 2)}\n`);
  console.log(soakTable(facts));
  say(`written: ${out}; ${seconds.toFixed(0)} s, seed ${seed}`);
  if (!verdicts.every(({ kept }) => kept)) process.exitCode = 1;
}
