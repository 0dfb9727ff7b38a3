// Runs inside a container of the sandbox image: measures trials on one picture, one after another, with the sandbox's
// own code. One task as JSON on stdin, one row a line on stdout.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { hintsSchema } from '@astrogate/proto/sandbox';
import {
  binningFor,
  blindHint,
  calibrate,
  containerBox,
  Engine,
  type FinderSettings,
  findStars,
  inSearchOrder,
  type Ordering,
  openPicture,
  type PictureFile,
  rehearse,
  type Source,
  StarLists,
  writeEngineConfig,
} from '@astrogate/sandbox';
import type { Candidate, Cost, ProbeRow, ProbeTask } from './candidate.js';

/** Where pictures are in the container. */
const picturesDirectory = '/pictures';
const maxPixels = 100_000_000;
const fewestSources = 5;
/** An engine needs a tenth of a second to open its indexes. */
const engineStartMs = 100;
const never = new AbortController().signal;

type SearchEnd = Pick<ProbeRow, 'search' | 'result' | 'centre'>;

/** Processor seconds of this container so far; the engine says them under one of two names. */
function containerCpu(): number {
  try {
    return Number(readFileSync('/sys/fs/cgroup/cpuacct/cpuacct.usage', 'latin1')) / 1e9;
  } catch {
    return Number(/usage_usec (\d+)/.exec(readFileSync('/sys/fs/cgroup/cpu.stat', 'latin1'))?.[1]) / 1e6;
  }
}

async function timed<T>(act: () => Promise<T>): Promise<{ value: T; cost: Cost }> {
  const [begin, cpu] = [performance.now(), containerCpu()];
  const value = await act();
  return { value, cost: { seconds: (performance.now() - begin) / 1000, cpu: containerCpu() - cpu } };
}

/** Makes each plane, each list of stars and each search once, and measures that once. */
class Bench {
  readonly #planes = new Map<number, ReturnType<Bench['decode']>>();
  readonly #lists = new Map<string, ReturnType<Bench['extract']>>();
  readonly #rows = new Map<string, Promise<Omit<ProbeRow, 'name'>>>();
  readonly #searches = new Map<string, Promise<SearchEnd>>();
  readonly #size: { width: number; height: number };
  readonly #engine = new Engine(writeEngineConfig(containerBox), containerBox.jobDir);
  #searchCount = 0;

  constructor(
    private readonly picture: PictureFile,
    private readonly patience: number,
  ) {
    this.#size = { width: picture.width, height: picture.height };
  }

  decode(binning: number) {
    // A file is open and Node.js warm when a job comes, so that the first reading does not count.
    const read = () => new StarLists(this.picture, containerBox.jobDir).plane(binning, never);
    return read().then(() => timed(read));
  }

  async extract(settings: FinderSettings, binning: number) {
    const { value: plane, cost: decode } = await this.#once(this.#planes, binning, () => this.decode(binning));
    const dir = containerBox.jobDir;
    const { value: found, cost } = await timed(() => findStars({ settings, plane, binning, dir, signal: never }));
    return { found, decode, extract: cost };
  }

  /** Candidates that come to the same on this picture are measured once. */
  async measure({ name, settings, planePixels, ordering }: Candidate): Promise<ProbeRow> {
    const binning = binningFor(this.#size, planePixels);
    const key = JSON.stringify([settings, binning, ordering]);
    return { ...(await this.#once(this.#rows, key, () => this.#trial(settings, binning, ordering))), name };
  }

  async #trial(settings: FinderSettings, binning: number, ordering: Ordering): Promise<Omit<ProbeRow, 'name'>> {
    const nothing: Cost = { seconds: 0, cpu: 0 };
    const row = { binning, patience: this.patience, search: nothing };
    try {
      const key = JSON.stringify([settings, binning]);
      const { found, decode, extract } = await this.#once(this.#lists, key, () => this.extract(settings, binning));
      const sources = inSearchOrder(found, ordering);
      const known = { ...row, decode, extract, stars: found.length, sources: sources.length };
      if (sources.length < fewestSources) return { ...known, result: 'too few stars' };
      const list = JSON.stringify(sources);
      return { ...known, ...(await this.#once(this.#searches, list, () => this.#search(sources))) };
    } catch (error) {
      process.stderr.write(`${JSON.stringify(settings)}: ${String(error)}\n`);
      return { ...row, decode: nothing, extract: nothing, stars: 0, sources: 0, result: 'failed' };
    }
  }

  async #search(sources: Source[]): Promise<SearchEnd> {
    const dir = join(containerBox.jobDir, `search-${++this.#searchCount}`);
    const hint = blindHint(this.#size, hintsSchema.parse({}));
    // As in a job, the engine has opened its indexes before.
    this.#engine.prepare(1);
    await pause(engineStartMs);
    const { signal, clear } = afterCpu(this.patience);
    const search = () =>
      this.#engine.search({ size: this.#size, hint, tunes: false, sources, dir, signal }).finally(clear);
    const { value, cost } = await timed(() => search().catch((error) => putOff(error, signal)));
    rmSync(dir, { recursive: true });
    if (value === 'put off' || value === undefined) return { search: cost, result: value ?? 'gave up' };
    const { ra, dec, pixelScale } = calibrate(value.wcs, this.#size);
    return { search: cost, result: 'solved', centre: { ra, dec, pixelScale } };
  }

  #once<Key, Value>(map: Map<Key, Promise<Value>>, key: Key, make: () => Promise<Value>): Promise<Value> {
    const made = map.get(key) ?? make();
    map.set(key, made);
    return made;
  }
}

/** Aborts when so many processor seconds are used: a busy machine takes no patience away. */
function afterCpu(seconds: number): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const end = containerCpu() + seconds;
  const timer = setInterval(() => containerCpu() > end && controller.abort(), 50);
  return { signal: controller.signal, clear: () => clearInterval(timer) };
}

function putOff(error: unknown, { aborted }: AbortSignal): 'put off' {
  if (aborted) return 'put off';
  throw error;
}

for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => process.exit(1));
const task = JSON.parse(await text(process.stdin)) as ProbeTask;
const options = { box: containerBox, maxPixels, allowRaw: false, signal: never };
const picture = await openPicture(join(picturesDirectory, task.picture), options);
await rehearse();
const bench = new Bench(picture, task.patience);
for (const trial of task.trials) console.log(JSON.stringify(await bench.measure(trial)));
