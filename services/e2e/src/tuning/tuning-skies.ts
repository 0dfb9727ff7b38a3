// The skies that recipes are measured on: many kinds, each rendered from a seed, none of them a sky of the benchmark
// or of a test.
import { encode, type RunTool, type Sky, type SkyOptions, type Truth } from '@astrogate/local';

export type SkyFile = 'jpeg50' | 'jpeg75' | 'jpeg92' | 'png8' | 'png16' | 'fits16' | 'tiff16';

export interface TuningSky {
  name: string;
  options: SkyOptions;
  file: SkyFile;
}

interface Place {
  ra: number;
  dec: number;
  /** Arcsec per pixel. */
  scale: number;
  size?: readonly [width: number, height: number];
  rotation?: number;
  parity?: Truth['parity'];
  sip?: Truth['sip'];
}

type Light = Omit<SkyOptions, 'truth' | 'seed'>;

/** Real pictures are never as bright as a catalogue says, since colours differ. */
const usualScatter = 0.25;

/** Barrel distortion: `edge` is how far a corner's star is moved, as a share of its distance from the centre. */
function barrel(width: number, height: number, edge: number): NonNullable<Truth['sip']> {
  const factor = edge / ((width / 2) ** 2 + (height / 2) ** 2);
  return { order: 3, a: { '3_0': factor, '1_2': factor }, b: { '2_1': factor, '0_3': factor } };
}

const rows: readonly (readonly [name: string, file: SkyFile, place: Place, light: Light])[] = [
  // Wide: 60 degrees down to 12.
  ['wide-60', 'jpeg92', { ra: 187, dec: 22, scale: 180, size: [1200, 800] }, { faintest: 7.3, unlisted: 60 }],
  [
    'wide-40-barrel',
    'jpeg75',
    { ra: 262, dec: -18, scale: 120, size: [1200, 800], sip: barrel(1200, 800, 0.04) },
    { faintest: 8, unlisted: 400, texture: { kind: 'patches', brightness: 6000 }, vignette: 0.5 },
  ],
  [
    'wide-35-horizon',
    'jpeg75',
    { ra: 60, dec: 12, scale: 84, size: [1500, 1000], rotation: 160 },
    { faintest: 8.3, unlisted: 300, gradient: 5000, horizon: 0.3, spread: 'moffat' },
  ],
  ['wide-25-silhouette', 'jpeg92', { ra: 122, dec: -40, scale: 110 }, { faintest: 8.5, horizon: 0.5, vignette: 0.4 }],
  [
    'wide-30-satellites',
    'jpeg92',
    { ra: 331, dec: 51, scale: 90, size: [1200, 900] },
    { faintest: 8.7, trails: 7, unlisted: 2000 },
  ],
  ['wide-24-faint', 'jpeg50', { ra: 14, dec: 61, scale: 108 }, { faintest: 8.1, noise: 120, unlisted: 400 }],
  [
    'wide-20-mirrored',
    'jpeg92',
    { ra: 215, dec: -8, scale: 72, size: [1000, 750], parity: 'normal' },
    { faintest: 9.3, unlisted: 700 },
  ],
  [
    'wide-15-moffat',
    'png8',
    { ra: 95, dec: 21, scale: 54, size: [1000, 700] },
    { faintest: 9.7, spread: 'moffat', unlisted: 3000 },
  ],
  // Usual: 10 degrees to 2.
  ['usual-10', 'jpeg92', { ra: 350, dec: 12, scale: 36, size: [1000, 800] }, { faintest: 10.5, unlisted: 800 }],
  ['usual-8-jpeg50', 'jpeg50', { ra: 140, dec: 44, scale: 36 }, { faintest: 10.5, unlisted: 400 }],
  [
    'usual-6-gradient',
    'jpeg92',
    { ra: 199, dec: 71, scale: 21, size: [1024, 768] },
    { faintest: 11.3, gradient: 15_000, unlisted: 600 },
  ],
  [
    'usual-5-vignette',
    'fits16',
    { ra: 29, dec: -24, scale: 15, size: [1200, 1000], rotation: 95 },
    { faintest: 11.7, vignette: 0.7, unlisted: 1200, hotPixels: 200 },
  ],
  [
    'usual-4-moffat',
    'fits16',
    { ra: 77, dec: 45, scale: 11, size: [1300, 1000] },
    { faintest: 12.3, spread: 'moffat', bleeding: true, unlisted: 2500 },
  ],
  [
    'usual-4-mirrored',
    'jpeg75',
    { ra: 303, dec: 3, scale: 18, parity: 'normal', rotation: 251 },
    { faintest: 11.7, unlisted: 1500 },
  ],
  ['usual-3-hot', 'png16', { ra: 239, dec: 33, scale: 12, size: [900, 700] }, { faintest: 12.3, hotPixels: 900 }],
  [
    'usual-3-noisy',
    'jpeg75',
    { ra: 168, dec: -59, scale: 12, size: [900, 700] },
    { faintest: 11.2, noise: 200, unlisted: 1500 },
  ],
  [
    'usual-2-wide-stars',
    'jpeg92',
    { ra: 48, dec: 37, scale: 8, size: [1000, 800] },
    { faintest: 12.7, sigma: 2.6, unlisted: 700 },
  ],
  // Narrow: down to what the smallest quads of the Tycho-2 indexes allow.
  [
    'narrow-1.5',
    'jpeg92',
    { ra: 110, dec: -10, scale: 5.4, size: [1000, 800] },
    { faintest: 13.3, unlisted: 2500, spread: 'moffat' },
  ],
  [
    'narrow-1.2',
    'fits16',
    { ra: 286, dec: 31, scale: 3.6, size: [1200, 900] },
    { faintest: 13.5, unlisted: 4000, sigma: 1.8 },
  ],
  [
    'narrow-1.0',
    'jpeg92',
    { ra: 205, dec: 48, scale: 2.4, size: [1500, 1200] },
    { faintest: 14, unlisted: 400, sigma: 2 },
  ],
  [
    'narrow-1.0-galaxy',
    'jpeg75',
    { ra: 148, dec: 69, scale: 3, size: [1200, 900] },
    { faintest: 14, nebula: true, unlisted: 300, sigma: 1.8 },
  ],
  [
    'narrow-0.9-crowded',
    'png16',
    { ra: 326, dec: 57, scale: 2.2, size: [1500, 1200], parity: 'normal' },
    { faintest: 13.8, unlisted: 9000, sigma: 1.7, spread: 'moffat' },
  ],
  // Crowded.
  [
    'crowded-milky-way',
    'jpeg92',
    { ra: 271, dec: -25, scale: 30, size: [1200, 900] },
    { faintest: 11.3, unlisted: 15_000, texture: { kind: 'patches', brightness: 8000 } },
  ],
  [
    'crowded-cygnus',
    'jpeg75',
    { ra: 306, dec: 41, scale: 14, size: [1400, 1000] },
    { faintest: 12.7, unlisted: 20_000, spread: 'moffat' },
  ],
  [
    'crowded-southern',
    'png16',
    { ra: 161, dec: -60, scale: 22, size: [1000, 800] },
    { faintest: 12.1, unlisted: 9000 },
  ],
  [
    'crowded-carina-8bit',
    'jpeg92',
    { ra: 128, dec: -47, scale: 48, size: [900, 600] },
    { faintest: 10.5, unlisted: 9000, noise: 15 },
  ],
  // Nebulae.
  [
    'nebula-filaments',
    'jpeg92',
    { ra: 312, dec: 31, scale: 10, size: [1000, 800] },
    { faintest: 12.5, texture: { kind: 'filaments', brightness: 20_000 }, unlisted: 2500 },
  ],
  [
    'nebula-filaments-fine',
    'jpeg92',
    { ra: 98, dec: 5, scale: 8 },
    { faintest: 12.8, texture: { kind: 'filaments', brightness: 12_000, size: 0.12 }, unlisted: 900, noise: 12 },
  ],
  [
    'nebula-patches',
    'jpeg92',
    { ra: 274, dec: -14, scale: 9, size: [1000, 800] },
    { faintest: 12.7, texture: { kind: 'patches', brightness: 30_000 }, unlisted: 4000 },
  ],
  [
    'nebula-bright',
    'jpeg75',
    { ra: 83, dec: -5, scale: 7 },
    { faintest: 13, nebula: true, texture: { kind: 'filaments', brightness: 25_000, size: 0.3 }, noise: 20 },
  ],
  [
    'nebula-clean-8bit',
    'png8',
    { ra: 56.7, dec: 24, scale: 12, size: [900, 675] },
    { faintest: 12.1, texture: { kind: 'patches', brightness: 15_000, size: 0.2 }, noise: 6, spread: 'moffat' },
  ],
  [
    'nebula-dark',
    'fits16',
    { ra: 246, dec: -23, scale: 20, size: [1100, 900] },
    { faintest: 11.5, texture: { kind: 'patches', brightness: 9000 }, unlisted: 3000 },
  ],
  // Few stars, and short of light.
  ['few-stars-pole', 'jpeg92', { ra: 192, dec: 27, scale: 40, size: [800, 600] }, { faintest: 6.6 }],
  ['few-stars-narrow', 'jpeg92', { ra: 12, dec: -27, scale: 8, size: [800, 600] }, { faintest: 10.4 }],
  ['few-stars-noisy', 'jpeg75', { ra: 178, dec: 5, scale: 14, size: [900, 600] }, { faintest: 9.6, noise: 250 }],
  // Stars that are no points.
  [
    'trailed-short',
    'jpeg92',
    { ra: 66, dec: 16, scale: 20, size: [1000, 800] },
    { faintest: 11.1, drift: { x: 5, y: 2 }, unlisted: 900 },
  ],
  [
    'trailed-long',
    'jpeg92',
    { ra: 254, dec: 9, scale: 24, size: [1000, 800] },
    { faintest: 10.5, drift: { x: 14, y: -6 }, unlisted: 600 },
  ],
  [
    'trailed-noisy',
    'jpeg75',
    { ra: 344, dec: -30, scale: 40 },
    { faintest: 8.6, drift: { x: 3, y: 7 }, noise: 120, unlisted: 500 },
  ],
  [
    'defocused',
    'jpeg92',
    { ra: 34, dec: 57, scale: 18, size: [1000, 800] },
    { faintest: 10.9, spread: 'donut', sigma: 2.2, unlisted: 500 },
  ],
  [
    'defocused-strongly',
    'fits16',
    { ra: 224, dec: -42, scale: 16, size: [1200, 900] },
    { faintest: 10.5, spread: 'donut', sigma: 4, unlisted: 300 },
  ],
  [
    'halos-bleeding',
    'png16',
    { ra: 213, dec: 19, scale: 13, size: [1000, 800] },
    { faintest: 12.5, spread: 'moffat', sigma: 1.8, bleeding: true, unlisted: 800 },
  ],
  [
    'satellites',
    'jpeg92',
    { ra: 290, dec: -30, scale: 16, size: [1000, 800] },
    { faintest: 11.9, trails: 12, unlisted: 3000 },
  ],
  // Shapes and sizes.
  ['tiny-320', 'jpeg92', { ra: 104, dec: 38, scale: 60, size: [320, 240] }, { faintest: 9.7, unlisted: 150 }],
  ['tiny-320-jpeg50', 'jpeg50', { ra: 328, dec: -12, scale: 45, size: [320, 240] }, { faintest: 10.1, unlisted: 100 }],
  ['tiny-400-wide', 'png8', { ra: 248, dec: 55, scale: 300, size: [400, 300] }, { faintest: 7.1, unlisted: 60 }],
  ['strip-tall', 'jpeg92', { ra: 20, dec: 35, scale: 30, size: [300, 1400] }, { faintest: 10.9, unlisted: 500 }],
  ['strip-flat', 'jpeg75', { ra: 279, dec: 62, scale: 18, size: [1800, 340] }, { faintest: 11.5, unlisted: 600 }],
  [
    'dslr-12mp',
    'jpeg92',
    { ra: 152, dec: -35, scale: 9, size: [4240, 2832] },
    { faintest: 11.5, unlisted: 12_000, sigma: 1.6, vignette: 0.5 },
  ],
  [
    'dslr-24mp-wide',
    'jpeg75',
    { ra: 316, dec: 44, scale: 32, size: [6000, 4000], sip: barrel(6000, 4000, 0.02) },
    {
      faintest: 9.9,
      unlisted: 30_000,
      spread: 'moffat',
      texture: { kind: 'patches', brightness: 5000 },
      vignette: 0.6,
    },
  ],
  [
    'camera-16mp-fits',
    'fits16',
    { ra: 9, dec: 41, scale: 2.1, size: [4656, 3520], rotation: 190 },
    { faintest: 13.5, unlisted: 9000, sigma: 1.9, nebula: true },
  ],
  [
    'camera-9mp-noisy',
    'tiff16',
    { ra: 232, dec: -15, scale: 4, size: [3000, 3000] },
    { faintest: 11.8, unlisted: 8000, sigma: 2.4, noise: 150, level: 3000 },
  ],
  [
    'camera-60mp',
    'jpeg92',
    { ra: 87, dec: 30, scale: 3.5, size: [9000, 6700] },
    { faintest: 12.9, unlisted: 40_000, sigma: 1.7 },
  ],
];

/** What is left out of `place` is 800 x 600 pixels, turned by an angle that depends on where it lies. */
export const tuningSkies: readonly TuningSky[] = rows.map(([name, file, place, light], row) => {
  const [width, height] = place.size ?? [800, 600];
  const { ra, dec, scale, parity = 'flipped', rotation = (row * 47) % 360, sip } = place;
  const truth: Truth = { ra, dec, scale, rotation, parity, width, height, ...(sip && { sip }) };
  return { name, file, options: { truth, scatter: usualScatter, ...light, seed: 500 + row } };
});

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
