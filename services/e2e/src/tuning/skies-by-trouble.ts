// Tuning skies by what makes them hard: nebulae, few stars, trails, bad focus, odd shapes and sizes.
import { barrel, type SkyRow } from './sky-row.js';

export const skiesByTrouble: readonly SkyRow[] = [
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
