// `npm run tune`: measures every candidate recipe on every tuning sky in the real sandbox image, and writes what was
// measured, and the order that follows from it, to docs/.
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { containerTool, type Engine, ensureSandboxImage, interruption, places, say } from '@astrogate/local';
import { describeMachine } from '../bench/machine-use.js';
import { engineVersion, goesOn, withEngine } from '../measuring-run.js';
import type { Candidate, ProbeRow } from './candidate.js';
import { candidates } from './candidates.js';
import { isRight } from './judge.js';
import { type Measurement, Measurements } from './measurements.js';
import { renderPictures, samplePictures, type TuningPicture } from './pictures.js';
import { bundleProbe, runProbe } from './probe-run.js';
import { reportOf } from './report.js';
import { tuningSkies } from './tuning-skies.js';

const usage = `Usage: npm run tune -- [--only WORD] [--recipes WORD] [--patience S] [--minutes N] [--json FILE] [--fresh]
Measures candidate recipes on rendered skies; writes docs/recipes.json and docs/recipes.md.
  --only WORD      pictures whose name contains it
  --recipes WORD   candidates whose name contains it
  --patience S     longest search in processor seconds (default 8); what was given up earlier is measured again
  --minutes N      stop after so long; another run goes on from there
  --json FILE      where the measurements are kept (default docs/recipes.json); the table stands beside it
  --fresh          forget what was measured before`;

interface Options {
  only: string;
  recipes: string;
  patience: number;
  minutes: number;
  json: string;
}

export async function tune(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      recipes: { type: 'string', default: '' },
      patience: { type: 'string', default: '8' },
      minutes: { type: 'string', default: 'Infinity' },
      json: { type: 'string', default: join(places.root, 'docs', 'recipes.json') },
      fresh: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(usage);
  const { patience, minutes } = { patience: Number(values.patience), minutes: Number(values.minutes) };
  if (!(patience > 0) || !(minutes > 0)) throw new Error('--patience and --minutes must be numbers above 0');
  const json = resolve(values.json);
  if (values.fresh) rmSync(json, { force: true });
  const options = { only: values.only, recipes: values.recipes, patience, minutes, json };
  await withEngine((engine) => measure(engine, options), goesOn);
}

async function measure(engine: Engine, { only, recipes, patience, minutes, json }: Options): Promise<void> {
  const { cli } = engine;
  const image = await ensureSandboxImage(engine, true);
  const rendered = await renderPictures(tuningSkies, containerTool({ image, dockerHost: cli.host }));
  const all = [...rendered, ...samplePictures()];
  await bundleProbe();
  const about = { command: 'npm run tune', machine: describeMachine(await engineVersion(cli)), recipes: candidates };
  const measurements = new Measurements(json, () => about);
  measurements.keepOnly(new Set(all.map(({ name }) => name)), new Set(candidates.map(({ name }) => name)));
  const late = new AbortController();
  const limit = Number.isFinite(minutes) ? setTimeout(() => late.abort(), minutes * 60_000) : undefined;
  const stop = AbortSignal.any([late.signal, interruption()]);
  try {
    const queue = mixed(all.filter(({ name }) => name.includes(only)))[Symbol.iterator]();
    // Two at a time, as in a race.
    const lane = async () => {
      for (const picture of queue) {
        if (stop.aborted) return;
        const open = candidates.filter(
          ({ name }) => name.includes(recipes) && !measurements.has(picture.name, name, patience),
        );
        await measurePicture(picture, open, { patience, measurements, image, cli, signal: stop });
      }
    };
    await Promise.all([lane(), lane()]);
  } finally {
    clearTimeout(limit);
    measurements.write();
  }
  const table = join(json, '..', 'recipes.md');
  writeFileSync(table, reportOf(measurements.rows, all, about));
  say(`${stop.aborted ? 'stopped early; ' : ''}written: ${json} and ${table}`);
}

/** Kinds stand together in the table; taken so, a run that stops early has something of every kind. */
function mixed<T>(things: readonly T[]): T[] {
  const stride = 7;
  return Array.from({ length: stride }, (_, start) => things.filter((_thing, at) => at % stride === start)).flat();
}

interface Place {
  patience: number;
  measurements: Measurements;
  image: string;
  cli: Engine['cli'];
  signal: AbortSignal;
}

async function measurePicture(picture: TuningPicture, trials: readonly Candidate[], place: Place): Promise<void> {
  if (trials.length === 0) return;
  const begin = performance.now();
  let solved = 0;
  const onRow = (row: ProbeRow) => {
    if (row.result === 'solved') solved++;
    place.measurements.add(measurementOf(picture, row));
  };
  await runProbe({ picture: picture.file, patience: place.patience, trials }, { ...place, onRow });
  place.measurements.write();
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  say(`• ${picture.name}: ${solved} of ${trials.length} solved, ${seconds} s`);
}

function measurementOf(picture: TuningPicture, row: ProbeRow): Measurement {
  const { decode, extract, search, centre } = row;
  const digits = (value: number) => Number(value.toFixed(4));
  return {
    picture: picture.name,
    recipe: row.name,
    binning: row.binning,
    decode: digits(decode.cpu),
    extract: digits(extract.cpu),
    search: digits(search.cpu),
    clock: digits(decode.seconds + extract.seconds + search.seconds),
    stars: row.stars,
    sources: row.sources,
    result: row.result,
    ...(centre && picture.truth && { right: isRight(centre, picture.truth) }),
    patience: row.patience,
  };
}
