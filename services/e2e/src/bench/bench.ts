// `npm run bench`: the same pictures, indexes and machine, four ways, interleaved. Writes bench-results.json and prints
// a table; judges nothing.
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
import { engineVersion, removeContainers, wholeNumber, withEngine, withSharedDirectory } from '../measuring-run.js';
import { astrogateWay } from './astrogate-way.js';
import { bareWay } from './bare-way.js';
import { picturesIn, standardPictures } from './bench-pictures.js';
import { describeMachine, watchMachine } from './machine-use.js';
import { dockerExecWay, dockerRunWay, startIdleContainer } from './solve-field-ways.js';
import { figuresOf, geomeansOf, type Run, tableOf } from './summary.js';
import type { BenchPicture, ScaleHint, Way } from './way.js';

const usage = `Usage: npm run bench -- [--images DIR] [--runs N] [--out FILE]
Times Astrogate against docker run, docker exec and the bare program; writes bench-results.json.
  --images DIR   these pictures instead of the standard set
  --runs N       runs of each way on each picture, beside one cold one (default 5)
  --out FILE     where the results go (default bench-results.json)`;

/** A hinted run knows the scale to a fifth. */
const hintMargin = 0.2;

export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      images: { type: 'string' },
      runs: { type: 'string', default: '5' },
      out: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(usage);
  const rounds = wholeNumber('runs', values.runs);
  const out = resolve(values.out ?? join(places.root, 'bench-results.json'));
  const images = values.images === undefined ? {} : { images: resolve(values.images) };
  await withEngine((engine) =>
    withSharedDirectory((directory) => measure(engine, directory, { ...images, rounds, out })),
  );
}

async function measure(
  engine: Engine,
  directory: string,
  options: { images?: string; rounds: number; out: string },
): Promise<void> {
  const { cli } = engine;
  const image = await ensureSandboxImage(engine, true);
  const run = containerTool({ image, dockerHost: cli.host });
  const pictures = options.images ? picturesIn(options.images) : await standardPictures(directory, run);
  const home = options.images ?? directory;
  const stack = await startStack({ dockerHost: cli.host, sandboxImage: image, apiPort: 0 });
  const containers: string[] = [];
  try {
    const idle = await startIdleContainer(cli, image, home);
    containers.push(idle);
    const ways = [
      astrogateWay(stack.url),
      dockerRunWay(cli, image, home),
      dockerExecWay(cli, idle),
      bareWay(cli, idle),
    ];
    const runs = await runAll(ways, pictures, options.rounds);
    const figures = figuresOf(runs);
    const report = {
      machine: describeMachine(await engineVersion(cli)),
      commands: Object.fromEntries(ways.map(({ name, command }) => [name, command])),
      rounds: options.rounds,
      geomean: geomeansOf(figures),
      pictures: figures,
    };
    writeFileSync(options.out, `${JSON.stringify(report, null, 2)}\n`);
    console.log(`${tableOf(figures)}\n\ngeometric means of Astrogate's time as a share of the other's:`);
    console.log(JSON.stringify(report.geomean, null, 1));
    say(`written: ${options.out}`);
  } finally {
    removeContainers(cli.host, containers);
    await stack.stop();
  }
}

/** All ways in turn, picture by picture, blind and then with the scale that the blind runs found. */
async function runAll(ways: readonly Way[], pictures: readonly BenchPicture[], rounds: number): Promise<Run[]> {
  const runs: Run[] = [];
  for (const picture of pictures) {
    say(`• ${picture.name}`);
    const scale = await runKind(ways, picture, rounds, undefined, runs);
    if (scale)
      await runKind(ways, picture, rounds, { low: scale * (1 - hintMargin), high: scale * (1 + hintMargin) }, runs);
  }
  return runs;
}

async function runKind(
  ways: readonly Way[],
  picture: BenchPicture,
  rounds: number,
  hint: ScaleHint | undefined,
  runs: Run[],
): Promise<number | undefined> {
  let scale: number | undefined;
  for (let round = 0; round <= rounds; round++) {
    for (const way of ways) {
      const cold = round === 0;
      interruption().throwIfAborted();
      if (cold) dropFileCache();
      const solve = await way.ready(picture, hint);
      const stop = watchMachine();
      const begin = performance.now();
      const answer = await solve();
      const seconds = (performance.now() - begin) / 1000;
      runs.push({
        picture: picture.name,
        way: way.name,
        kind: hint ? 'hinted' : 'blind',
        cold,
        seconds,
        solved: answer.solved,
        ...stop(),
      });
      scale ??= answer.pixelScale;
    }
  }
  return scale;
}

/** Only root can; without it "cold" is just the first run. */
function dropFileCache(): void {
  if (places.isRoot) writeFileSync('/proc/sys/vm/drop_caches', '3');
}
