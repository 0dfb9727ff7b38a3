// Takes hot pixels and cosmic-ray points out of a plane, in place, so that they do not become stars.
import { setImmediate as turn } from 'node:timers/promises';
import type { Plane } from './plane.js';

const { max, min } = Math;

/**
 * A star spreads: at a Gaussian sigma of 0.32 pixels (far below what optics and seeing give) its neighbours still have
 * 0.06 of the peak. A hot pixel leaves its neighbours alone.
 */
const largestSpread = 0.06;
/** How far a peak must stand out of the noise of its surroundings before the spread means anything. */
const leastSigmas = 12;
/** Differences that the noise is taken from: enough for two digits. */
const noiseSamples = 10_000;
/** Of the range: an eighth of a step of 8-bit samples. */
const leastNoise = 1 / 2000;

/** The ring at distance two that tells level and noise. */
const ringRadius = 2;

/**
 * Pixels between two looks at the deadline and at stdin. A picture made of nothing but single bright pixels takes
 * microseconds for each, minutes for all.
 */
const pixelsPerTurn = 1 << 16;

/**
 * Replaces every pixel that stands alone by the level around it. Gives how many there were.
 * Throws the signal's reason after an abort.
 */
export async function removeHotPixels(plane: Plane, signal: AbortSignal): Promise<number> {
  const { width, height, data } = plane;
  if (min(width, height) <= 2 * ringRadius) return 0;
  const noise = pixelNoise(plane);
  const rise = 3 * leastSigmas * noise;
  const levelIfHot = hotLevelOf(plane, noise);
  const rowsPerTurn = Math.max(1, Math.floor(pixelsPerTurn / width));
  let removed = 0;
  for (let y = 0; y < height; y++) {
    if (y % rowsPerTurn === 0) {
      await turn();
      signal.throwIfAborted();
    }
    const above = inside(y, -1, height) * width;
    const below = inside(y, 1, height) * width;
    for (let x = 0, at = y * width; x < width; x++, at++) {
      const left = x === 0 ? 1 : -1;
      const right = x === width - 1 ? -1 : 1;
      const sum =
        (data[at + left] as number) +
        (data[at + right] as number) +
        (data[at + above] as number) +
        (data[at + below] as number);
      // Most pixels end here. A hot pixel beside another one still stands three quarters of its height above the mean.
      if (4 * (data[at] as number) - sum < rise) continue;
      const level = levelIfHot(x, y);
      if (level === undefined) continue;
      data[at] = level;
      removed++;
    }
  }
  return removed;
}

/** `step` from `place`, or mirrored where that would leave the picture. */
const inside = (place: number, step: number, size: number): number =>
  place + step < 0 || place + step >= size ? -step : step;

/**
 * Standard deviation of the noise from pixel to pixel, by the middle of differences between neighbours. A compressed
 * sky can be flat over most of the picture, so that it is never less than a small part of the picture's range.
 */
function pixelNoise({ data }: Plane): number {
  const stride = Math.max(1, Math.floor(data.length / noiseSamples));
  const count = Math.floor((data.length - 1) / stride);
  const samples = Float32Array.from({ length: count }, (_, i) => data[i * stride] as number);
  const differences = samples.map((value, i) => Math.abs(value - (data[i * stride + 1] as number))).sort();
  const range = samples.reduce((a, b) => max(a, b)) - samples.reduce((a, b) => min(a, b));
  // The median of |a - b| is 0.954 sigma for two normal numbers.
  return max((differences[count >> 1] as number) / 0.954, range * leastNoise);
}

/** A function that gives the level around a pixel when it is a hot one. It is asked often, so it makes nothing new. */
function hotLevelOf({ width, height, data }: Plane, noise: number): (x: number, y: number) => number | undefined {
  const ring = new Float32Array(8 * ringRadius);
  return (x, y) => {
    const at = (right: number, down: number): number =>
      data[(y + inside(y, down, height)) * width + x + inside(x, right, width)] as number;
    const [left, right, up, down] = [at(-1, 0), at(1, 0), at(0, -1), at(0, 1)];
    // The mean of the middle two, which one hot pixel among the four does not move.
    const middle = (left + right + up + down - max(left, right, up, down) - min(left, right, up, down)) / 2;
    const value = at(0, 0);
    // Whatever the level is: the spread rules the pixel out already, or its height does.
    if (value - middle < (1 - largestSpread) * leastSigmas * noise) return undefined;
    for (let step = -ringRadius, i = 0; step < ringRadius; step++) {
      ring[i++] = at(step, -ringRadius);
      ring[i++] = at(ringRadius, step);
      ring[i++] = at(-step, ringRadius);
      ring[i++] = at(-ringRadius, -step);
    }
    ring.sort();
    const level = ((ring[7] as number) + (ring[8] as number)) / 2;
    // The distance of the quartiles is 1.35 sigma.
    const sigma = max(((ring[12] as number) - (ring[3] as number)) / 1.35, noise);
    const peak = value - level;
    return peak < leastSigmas * sigma || middle - level > largestSpread * peak ? undefined : level;
  };
}
