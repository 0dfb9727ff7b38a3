// The skies that recipes are measured on: many kinds, each rendered from a seed, none of them a sky of the benchmark
// or of a test.
import { encode, type RunTool, type Sky, type SkyOptions, type Truth } from '@astrogate/local';
import { skiesByField } from './skies-by-field.js';
import { skiesByTrouble } from './skies-by-trouble.js';
import type { SkyFile } from './sky-row.js';

export interface TuningSky {
  name: string;
  options: SkyOptions;
  file: SkyFile;
}

/** Real pictures are never as bright as a catalogue says, since colours differ. */
const usualScatter = 0.25;

/** What is left out of `place` is 800 x 600 pixels, turned by an angle that depends on where it lies. */
export const tuningSkies: readonly TuningSky[] = [...skiesByField, ...skiesByTrouble].map(
  ([name, file, place, light], row) => {
    const [width, height] = place.size ?? [800, 600];
    const { ra, dec, scale, parity = 'flipped', rotation = (row * 47) % 360, sip } = place;
    const truth: Truth = { ra, dec, scale, rotation, parity, width, height, ...(sip && { sip }) };
    return { name, file, options: { truth, scatter: usualScatter, ...light, seed: 500 + row } };
  },
);

/** The sky as the bytes of its file. */
export async function encodeSky(sky: Sky, file: SkyFile, run: RunTool): Promise<Buffer> {
  switch (file) {
    case 'jpeg50':
    case 'jpeg75':
    case 'jpeg92':
      return encode.jpeg(sky, run, Number(file.slice(4)));
    case 'png8':
      return encode.png(sky, 'rgb8');
    case 'png16':
      return encode.png(sky, 'grey16');
    case 'fits16':
      return encode.fits(sky, 16);
    case 'tiff16':
      return encode.tiff16(sky, run);
  }
}
