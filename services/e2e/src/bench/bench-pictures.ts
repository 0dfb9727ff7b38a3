// The pictures of the benchmark: a directory that the caller names, or rendered skies and, where they are, real samples.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode, places, type RunTool, renderSky, type SkyOptions, type Truth } from '@astrogate/local';
import type { BenchPicture } from './way.js';

const endings = /\.(jpe?g|png|tiff?|fits?|fit|pgm|ppm)$/i;
const base: Truth = { ra: 0, dec: 0, scale: 10, rotation: 25, parity: 'flipped', width: 1200, height: 900 };

/** Kept apart from the skies of the tests and of the sample. */
const skies: [string, SkyOptions][] = [
  ['wide.jpg', { truth: { ...base, ra: 301, dec: 38, scale: 60 }, faintest: 8.5 }],
  ['usual.jpg', { truth: { ...base, ra: 152, dec: 12, scale: 8 }, faintest: 11, hotPixels: 40 }],
  ['narrow.jpg', { truth: { ...base, ra: 77, dec: -33, scale: 3 }, faintest: 12 }],
  [
    'mirrored.jpg',
    { truth: { ...base, ra: 233, dec: 67, scale: 14, parity: 'normal' }, faintest: 10.5, gradient: 4000 },
  ],
  ['trail-nebula.jpg', { truth: { ...base, ra: 84, dec: 4, scale: 12 }, faintest: 10.5, trail: true, nebula: true }],
  ['large.jpg', { truth: { ...base, ra: 20, dec: 30, scale: 4, width: 4000, height: 3000 }, faintest: 11 }],
];

/** Every picture of `directory`. Throws when there is none. */
export function picturesIn(directory: string): BenchPicture[] {
  const names = readdirSync(directory).filter((name) => endings.test(name));
  if (names.length === 0) throw new Error(`there is no picture in ${directory}`);
  return names
    .sort()
    .map((name) => ({ name, path: join(directory, name), bytes: readFileSync(join(directory, name)) }));
}

/** Renders the standard set into `directory` and adds the samples beside the clone, where they are. */
export async function standardPictures(directory: string, run: RunTool): Promise<BenchPicture[]> {
  for (const [name, options] of skies) {
    writeFileSync(join(directory, name), await encode.jpeg(await renderSky(options, run), run));
  }
  const samples = join(places.root, '..', 'shared', 'samples');
  if (existsSync(samples)) {
    for (const { name, bytes } of picturesIn(samples)) writeFileSync(join(directory, name), bytes);
  }
  return picturesIn(directory);
}
