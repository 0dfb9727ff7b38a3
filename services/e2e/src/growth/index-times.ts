// How long a blind solve takes with fewer and with more star indexes, by the bare program: the image's own indexes are
// covered by a directory with some of them, and of all of them with copies under other names.
import { linkSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type DockerCli, encode, type RunTool, renderSky, type Truth } from '@astrogate/local';
import { bareWay } from '../bench/bare-way.js';
import { startIdleContainer } from '../bench/solve-field-ways.js';
import { median } from '../bench/summary.js';
import type { Point } from './plot.js';

const indexesInImage = '/usr/share/astrometry';
/** A wide field: the indexes with the largest quads, which every set has, are enough. */
const truth: Truth = { ra: 301, dec: 38, scale: 60, rotation: 25, parity: 'flipped', width: 1200, height: 900 };
/** Sets by the smallest quads in them: index-tycho2-07 has the most stars. */
const smallest = [10, 9, 8, 7] as const;
/** How often the whole set stands there. */
const copies = [2, 3] as const;

export interface IndexMeasuring {
  cli: DockerCli;
  image: string;
  run: RunTool;
  /** An empty directory that the engine can read. */
  directory: string;
  rounds: number;
  signal: AbortSignal;
}

/** Seconds against gigabytes of indexes. */
export async function timesByIndexes(measuring: IndexMeasuring): Promise<Point[]> {
  const { cli, image, run, directory } = measuring;
  const all = join(directory, 'all');
  await copyIndexes(cli, image, all);
  const sky = await renderSky({ truth, faintest: 8.5 }, run);
  const bytes = await encode.jpeg(sky, run);
  const points: Point[] = [];
  for (const set of [
    ...smallest.map((least) => ({ least, times: 1 })),
    ...copies.map((times) => ({ least: 7, times })),
  ]) {
    const place = join(directory, `set-${set.least}-${set.times}`);
    const gigabytes = layOut(all, place, set);
    const seconds = await medianSeconds(bytes, place, measuring);
    if (seconds !== undefined) points.push({ x: gigabytes, y: seconds });
  }
  return points;
}

async function copyIndexes(cli: DockerCli, image: string, to: string): Promise<void> {
  const container = (await cli.run(['create', image])).toString().trim();
  try {
    await cli.run(['cp', `${container}:${indexesInImage}`, to]);
  } finally {
    await cli.run(['rm', container]);
  }
}

/** Links the files of a set into `place` and returns their gigabytes. Copies are links: more search, no more memory. */
function layOut(all: string, place: string, { least, times }: { least: number; times: number }): number {
  mkdirSync(place);
  let bytes = 0;
  for (const name of readdirSync(all)) {
    const [number] = /\d+(?=\D*$)/.exec(name.replace(/\.\w+\.fits$/, '')) ?? [];
    if (!name.endsWith('.fits') || number === undefined || Number(number) < least) continue;
    for (let copy = 0; copy < times; copy++) {
      linkSync(join(all, name), join(place, name.replace('index-', `index-${copy === 0 ? '' : `copy${copy}-`}`)));
      bytes += statSync(join(all, name)).size;
    }
  }
  return bytes / 1e9;
}

async function medianSeconds(bytes: Buffer, indexes: string, measuring: IndexMeasuring): Promise<number | undefined> {
  const { cli, image, directory, rounds, signal } = measuring;
  const container = await startIdleContainer(cli, image, directory, ['--volume', `${indexes}:${indexesInImage}:ro`]);
  try {
    const way = bareWay(cli, container);
    const seconds: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      signal.throwIfAborted();
      const solve = await way.ready({ name: 'wide.jpg', bytes, path: '' }, undefined);
      const begin = performance.now();
      const { solved } = await solve();
      if (!solved) return undefined;
      if (round > 0) seconds.push((performance.now() - begin) / 1000);
    }
    return median(seconds);
  } finally {
    await cli.run(['rm', '--force', container]);
  }
}
