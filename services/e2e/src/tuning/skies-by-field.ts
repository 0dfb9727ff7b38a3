// Tuning skies by what the field shows: wide, usual, narrow, crowded.
import { barrel, type SkyRow } from './sky-row.js';

export const skiesByField: readonly SkyRow[] = [
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
];
