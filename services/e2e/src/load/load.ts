// `npm run bench:load`: a full queue. Writes load-results.json and prints a table; judges nothing.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  containerTool,
  type Engine,
  ensureSandboxImage,
  interruption,
  places,
  say,
  startStack,
} from '@astrogate/local';
import { describeMachine } from '../bench/machine-use.js';
import { startIdleContainer } from '../bench/solve-field-ways.js';
import { engineVersion, removeContainers, wholeNumber, withEngine, withSharedDirectory } from '../measuring-run.js';
import { renderLoadJobs } from './load-pictures.js';
import { goalsOf, loadTable } from './load-summary.js';
import { type LoadSize, lanes, measureLoad } from './measure-load.js';

const defaults = { jobs: '200', hinted: '200', turns: '4', clients: '20', megabytes: '50' };

const usage = `Usage: npm run bench:load -- [--jobs N] [--hinted N] [--turns N] [--clients N] [--megabytes N] [--out FILE]
Fills the queue over HTTP and compares with the same program bare; writes load-results.json.
  --jobs N        blind jobs (default ${defaults.jobs})
  --hinted N      jobs with their scale (default ${defaults.hinted})
  --turns N       service and bare program take turns so often (default ${defaults.turns})
  --clients N     that upload at the same time (default ${defaults.clients})
  --megabytes N   of each upload, at most 52 (default ${defaults.megabytes})
  --out FILE      where the results go (default load-results.json)`;

export async function benchLoad(args: readonly string[]): Promise<void> {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      jobs: text(defaults.jobs),
      hinted: text(defaults.hinted),
      turns: text(defaults.turns),
      clients: text(defaults.clients),
      megabytes: text(defaults.megabytes),
      out: text(join(places.root, 'load-results.json')),
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(usage);
  const whole = (name: keyof typeof defaults) => wholeNumber(name, values[name]);
  const size: LoadSize = {
    ...{ blindJobs: whole('jobs'), hintedJobs: whole('hinted'), turns: whole('turns') },
    ...{ clients: whole('clients'), megabytes: whole('megabytes') },
  };
  await withEngine((engine) => withSharedDirectory((directory) => run(engine, directory, size, resolve(values.out))));
}

async function run(engine: Engine, directory: string, size: LoadSize, out: string): Promise<void> {
  const { cli } = engine;
  const image = await ensureSandboxImage(engine, true);
  say('• render the pictures');
  const jobs = await renderLoadJobs(containerTool({ image, dockerHost: cli.host }));
  const containers: string[] = [];
  const stack = await startStack({
    ...{ dockerHost: cli.host, sandboxImage: image, apiPort: 0 },
    // An interrupted run does not wait for its queue.
    apiEnv: { API_METRICS_ADDRESS: '127.0.0.1:0', API_GRACE_SECONDS: '1' },
    solverEnv: { SOLVER_GRACE_SECONDS: '1' },
  });
  try {
    for (let lane = 0; lane < lanes; lane++) containers.push(await startIdleContainer(cli, image, directory));
    const report = await measureLoad({ stack, cli, containers, jobs, signal: interruption(), say }, size);
    const result = { machine: describeMachine(await engineVersion(cli)), ...size, goals: goalsOf(report), ...report };
    writeFileSync(out, `${JSON.stringify(result, null, 2)}\n`);
    console.log(loadTable(report));
    say(`written: ${out}`);
  } finally {
    removeContainers(cli.host, containers);
    await stack.stop();
  }
}
