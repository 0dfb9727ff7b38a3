// `npm run bench:growth`: how cost grows with stars, pixels, indexes and callers. Writes docs/growth.svg.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  containerTool,
  type Engine,
  ensureSandboxImage,
  interruption,
  makePrivateDirectory,
  places,
  type Stack,
  say,
  startStack,
} from '@astrogate/local';
import { describeMachine } from '../bench/machine-use.js';
import { goesOn, wholeNumber, withEngine, withSharedDirectory } from '../measuring-run.js';
import { timesByIndexes } from './index-times.js';
import { drawPanels, type Panel, type Point } from './plot.js';
import { timesByQueue } from './queue-times.js';
import { type Measuring, timesByPixels, timesByStars } from './solve-times.js';

const seconds = 'seconds, median';
/** The parts in the order in which they are measured and drawn. */
const parts = {
  stars: { title: 'Stars in the picture', xLabel: 'stars', yLabel: seconds, note: 'blind, 1.1 megapixels, over HTTP' },
  pixels: {
    title: 'Size of the picture',
    xLabel: 'megapixels',
    yLabel: seconds,
    note: 'blind, JPEG, the same field, over HTTP',
  },
  indexes: {
    title: 'Star indexes',
    xLabel: 'gigabytes',
    yLabel: seconds,
    note: 'blind, the bare program; above 0.3 GB copies of the same files',
  },
  queue: {
    title: 'Jobs at once',
    xLabel: 'jobs',
    yLabel: 'seconds, slowest job',
    note: 'scale known, 800 × 600, over HTTP',
  },
} satisfies Record<string, Omit<Panel, 'points'>>;
type Part = keyof typeof parts;
const names = Object.keys(parts) as Part[];

const usage = `Usage: npm run bench:growth -- [--part ${names.join('|')}] [--rounds N] [--again]
Measures and draws docs/growth.svg. Parts that were measured before on this image are kept, so an interrupted run goes on.
  --part NAME    measures this part again, and no other
  --rounds N     solves per point (default 3)
  --again        measures every part again`;

/** What is kept between runs. */
interface Growth {
  image: string;
  points: Partial<Record<Part, Point[]>>;
}

export async function growth(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      part: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      again: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(usage);
  const rounds = wholeNumber('rounds', values.rounds);
  const part = names.find((name) => name === values.part);
  if (values.part !== undefined && !part) throw new Error(`--part must be one of ${names.join(', ')}`);
  const options = { part, rounds, again: values.again };
  await withEngine((engine) => withSharedDirectory((directory) => measure(engine, directory, options)), goesOn);
}

async function measure(
  engine: Engine,
  directory: string,
  { part, rounds, again }: { part: Part | undefined; rounds: number; again: boolean },
): Promise<void> {
  const image = await ensureSandboxImage(engine, true);
  const file = join(makePrivateDirectory(places.state), 'growth.json');
  const kept = readKept(file, image);
  const wanted = part ? [part] : names.filter((name) => again || !kept.points[name]);
  const run = containerTool({ image, dockerHost: engine.cli.host });
  let stack: Stack | undefined;
  try {
    for (const name of wanted) {
      say(`• ${parts[name].title}`);
      const signal = interruption();
      if (name !== 'indexes')
        stack ??= await startStack({ dockerHost: engine.cli.host, sandboxImage: image, apiPort: 0 });
      const measuring: Measuring = { url: stack?.url ?? '', run, rounds, signal };
      kept.points[name] = await {
        stars: () => timesByStars(measuring),
        pixels: () => timesByPixels(measuring),
        indexes: () => timesByIndexes({ ...measuring, cli: engine.cli, image, directory }),
        queue: () => timesByQueue(measuring),
      }[name]();
      writeFileSync(file, JSON.stringify(kept));
      draw(kept);
      for (const { x, y } of kept.points[name] ?? [])
        say(`  ${x.toPrecision(4)} ${parts[name].xLabel}: ${y.toFixed(2)} s`);
    }
  } finally {
    await stack?.stop();
  }
  if (wanted.length === 0) draw(kept);
}

function readKept(file: string, image: string): Growth {
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Growth) : undefined;
  return kept?.image === image ? kept : { image, points: {} };
}

/** Draws the parts that are there. */
function draw({ points }: Growth): void {
  const panels = names.flatMap((name) => (points[name] ? [{ ...parts[name], points: points[name] }] : []));
  const { cpu, cores } = describeMachine();
  const docs = join(places.root, 'docs');
  mkdirSync(docs, { recursive: true });
  writeFileSync(join(docs, 'growth.svg'), drawPanels(panels, `${cores} cores, ${cpu}; npm run bench:growth`));
  say(`written: ${join(docs, 'growth.svg')}`);
}
