// Renders a test sky: real star positions, made-up light. The same options give the same pixels.
import { type PlacedStar, starsOf } from './catalogue.js';
import { type Random, seededRandom } from './random.js';
import {
  add,
  addCloud,
  addHorizon,
  addTexture,
  addTrail,
  addTrails,
  partRandom,
  type Texture,
  vignette,
} from './scenery.js';
import { addStar, bleed, type PointSpread, type StarShape } from './star-light.js';
import type { RunTool } from './tool.js';
import { type Truth, truthHeader } from './truth.js';

export interface SkyOptions {
  truth: Truth;
  /** Tycho VT magnitude of the faintest stars, which stand out of the noise by ten times its size. */
  faintest: number;
  /** Of the Gaussian point spread, pixels. Default 1.2. */
  sigma?: number;
  /** Sky level in counts of 0 to 65535. Default 1500. */
  level?: number;
  /** Standard deviation of the noise of the empty sky, counts. Default 40. */
  noise?: number;
  /** How many counts the sky rises from the left edge to the right. Default 0. */
  gradient?: number;
  /** How many pixels are stuck near saturation. Default 0. */
  hotPixels?: number;
  /** A straight bright line across the whole picture. Default false. */
  trail?: boolean;
  /** A broad bright cloud. Default false. */
  nebula?: boolean;
  /** Default gaussian. */
  spread?: PointSpread;
  /** How far stars move while the picture is taken, pixels. Default not at all. */
  drift?: { x: number; y: number };
  /** How far a star's brightness in the picture is from the catalogue's, magnitudes (one sigma). Default 0. */
  scatter?: number;
  /** How many stars that are in no catalogue or fainter than `faintest`, down into the noise. Default 0. */
  unlisted?: number;
  /** Saturated stars bleed along their columns. Default false. */
  bleeding?: boolean;
  /** Fractal light. Default none. */
  texture?: Texture;
  /** How many more straight lines at random. Default 0. */
  trails?: number;
  /** Share of the light that is missing in the corners. Default 0. */
  vignette?: number;
  /** Share of the picture that the ground takes, last rows. Default 0. */
  horizon?: number;
  /** Default 1. */
  seed?: number;
}

export interface Sky {
  truth: Truth;
  /** FITS header of the truth. */
  header: Buffer;
  stars: readonly PlacedStar[];
  width: number;
  height: number;
  /** Counts of 0 to 65535, first stored row first. */
  pixels: Float64Array;
}

// Taken out of Math once: under a test runner the look-up costs more than the function.
const { log10, max, min, round, sqrt } = Math;

const saturation = 65_535;
/** Stars of the sky per magnitude: ten times as many in three magnitudes. */
const countsPerMagnitude = 1 / 3;
/** Tycho-2 has nearly every star down to here (VT). */
const catalogueEnd = 11.5;
/** Fainter than "faintest" by so many magnitudes, stars have the peak of the noise. */
const lostInNoise = 2.5;

/** Rejects with an Error when a tool of the image fails. */
export async function renderSky(options: SkyOptions, run: RunTool): Promise<Sky> {
  const { truth, faintest, noise = 40, level = 1500, sigma = 1.2, gradient = 0, hotPixels = 0, seed = 1 } = options;
  const { width, height } = truth;
  const stars = await starsOf(truth, faintest, run);
  const random = seededRandom(seed);
  const pixels = new Float64Array(width * height);
  const canvas = { width, height, pixels };
  for (let at = 0; at < pixels.length; at++) pixels[at] = level + (gradient * (at % width)) / width;
  if (options.nebula) addCloud(canvas);
  if (options.texture) addTexture(canvas, options.texture, partRandom(seed, 1));
  const shape: StarShape = { spread: options.spread ?? 'gaussian', sigma, drift: options.drift ?? { x: 0, y: 0 } };
  const peakOf = (magnitude: number) => 10 * noise * 10 ** (0.4 * (faintest - magnitude));
  for (const star of seen(stars, options)) addStar(canvas, star, peakOf(star.magnitude), shape);
  if (options.trail) addTrail(canvas, 60 * noise);
  if (options.trails) addTrails(canvas, options.trails, 60 * noise, partRandom(seed, 2));
  if (options.vignette) vignette(canvas, options.vignette);
  if (options.horizon) addHorizon(canvas, options.horizon, level, partRandom(seed, 3));
  if (options.bleeding) bleed(canvas, saturation);
  addNoise(pixels, noise, level, random);
  for (let i = 0; i < hotPixels; i++) pixels[Math.floor(random.uniform() * pixels.length)] = 0.9 * saturation;
  for (let at = 0; at < pixels.length; at++) pixels[at] = min(max(round(pixels[at] as number), 0), saturation);
  return { truth, header: truthHeader(truth), stars, width, height, pixels };
}

/** The catalogue's stars as bright as the picture has them, and those that no catalogue has. */
function seen(stars: readonly PlacedStar[], { truth, faintest, scatter = 0, unlisted = 0, seed = 1 }: SkyOptions) {
  const random = partRandom(seed, 4);
  const brightest = min(faintest, catalogueEnd);
  const most = 10 ** (countsPerMagnitude * (faintest + lostInNoise - brightest)) - 1;
  return [
    ...stars.map((star) => ({ ...star, magnitude: star.magnitude + scatter * random.normal() })),
    ...Array.from({ length: unlisted }, () => ({
      x: 1 + random.uniform() * truth.width,
      y: 1 + random.uniform() * truth.height,
      magnitude: brightest + log10(1 + random.uniform() * most) / countsPerMagnitude,
    })),
  ];
}

/** Like photons: the noise grows with the square root of the light. */
function addNoise(pixels: Float64Array, noise: number, level: number, random: Random): void {
  for (let at = 0; at < pixels.length; at++)
    add(pixels, at, random.normal() * noise * sqrt(max(pixels[at] as number, 0) / level));
}
