// Renders a test sky: real star positions, made-up light. The same options give the same pixels.
import { type PlacedStar, starsOf } from './catalogue.js';
import { type Random, seededRandom } from './random.js';
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
const { exp, max, min, round, sqrt } = Math;

const saturation = 65_535;
/** Beyond this many sigmas a star's light is below a count. */
const reach = 6;

/** Rejects with an Error when a tool of the image fails. */
export async function renderSky(options: SkyOptions, run: RunTool): Promise<Sky> {
  const { truth, faintest, noise = 40, level = 1500, sigma = 1.2, gradient = 0, hotPixels = 0, seed = 1 } = options;
  const { width, height } = truth;
  const stars = await starsOf(truth, faintest, run);
  const random = seededRandom(seed);
  const pixels = new Float64Array(width * height);
  for (let at = 0; at < pixels.length; at++) pixels[at] = level + (gradient * (at % width)) / width;
  if (options.nebula) addCloud(pixels, truth);
  for (const star of stars) addStar(pixels, truth, star, sigma, 10 * noise * 10 ** (0.4 * (faintest - star.magnitude)));
  if (options.trail) addTrail(pixels, truth, 60 * noise);
  addNoise(pixels, noise, level, random);
  for (let i = 0; i < hotPixels; i++) pixels[Math.floor(random.uniform() * pixels.length)] = 0.9 * saturation;
  for (let at = 0; at < pixels.length; at++) pixels[at] = min(max(round(pixels[at] as number), 0), saturation);
  return { truth, header: truthHeader(truth), stars, width, height, pixels };
}

/** `peak`: counts of the star if it stood on the middle of a pixel. */
function addStar(pixels: Float64Array, { width, height }: Truth, star: PlacedStar, sigma: number, peak: number): void {
  const [x0, y0] = [star.x - 1, star.y - 1];
  const range = (centre: number, size: number) => ({
    from: max(Math.ceil(centre - reach * sigma), 0),
    to: min(Math.floor(centre + reach * sigma), size - 1),
  });
  const rows = range(y0, height);
  const columns = range(x0, width);
  for (let y = rows.from; y <= rows.to; y++)
    for (let x = columns.from; x <= columns.to; x++)
      add(pixels, y * width + x, peak * exp(-((x - x0) ** 2 + (y - y0) ** 2) / (2 * sigma ** 2)));
}

/** From the left edge at a third of the height to the right edge at four fifths, like a satellite's. */
function addTrail(pixels: Float64Array, { width, height }: Truth, peak: number): void {
  for (let x = 0; x < width; x++) {
    const middle = height * (0.33 + (0.47 * x) / width);
    for (let y = max(Math.floor(middle - 8), 0); y <= min(middle + 8, height - 1); y++)
      add(pixels, y * width + x, peak * exp(-((y - middle) ** 2) / (2 * 1.5 ** 2)));
  }
}

function addCloud(pixels: Float64Array, { width, height }: Truth): void {
  const radius = min(width, height) / 5;
  for (let at = 0; at < pixels.length; at++) {
    const distance = Math.hypot((at % width) - width * 0.6, Math.floor(at / width) - height * 0.4);
    add(pixels, at, 12_000 * exp(-(distance ** 2) / (2 * radius ** 2)));
  }
}

/** Like photons: the noise grows with the square root of the light. */
function addNoise(pixels: Float64Array, noise: number, level: number, random: Random): void {
  for (let at = 0; at < pixels.length; at++)
    add(pixels, at, random.normal() * noise * sqrt(max(pixels[at] as number, 0) / level));
}

function add(pixels: Float64Array, at: number, counts: number): void {
  pixels[at] = (pixels[at] as number) + counts;
}
