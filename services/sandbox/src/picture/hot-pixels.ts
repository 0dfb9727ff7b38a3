// Takes hot pixels and cosmic-ray points out of a plane, in place, so that they do not become stars.
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

/** Replaces every pixel that stands alone by the level around it. Returns how many there were. */
export function removeHotPixels(plane: Plane): number {
  const { width, height, data } = plane;
  const step = leastSigmas * pixelNoise(plane);
  let removed = 0;
  for (let y = 2; y < height - 2; y++) {
    for (let at = y * width + 2; at < (y + 1) * width - 2; at++) {
      // Most pixels end here. A hot pixel beside another one still stands three quarters of its height above the mean.
      if (4 * (data[at] as number) - neighbours(data, width, at).sum < 3 * step) continue;
      const level = levelIfHot(data, width, at);
      if (level === undefined) continue;
      data[at] = level;
      removed++;
    }
  }
  return removed;
}

/** Of the four next pixels: the sum, and the mean of the middle two, which one hot pixel among them does not move. */
function neighbours(data: Float32Array, width: number, at: number): { sum: number; middle: number } {
  const left = data[at - 1] as number;
  const right = data[at + 1] as number;
  const above = data[at - width] as number;
  const below = data[at + width] as number;
  const sum = left + right + above + below;
  return { sum, middle: (sum - max(left, right, above, below) - min(left, right, above, below)) / 2 };
}

/** Standard deviation of the noise from pixel to pixel: the middle of differences between neighbours, 0 at the least. */
function pixelNoise({ data }: Plane): number {
  const stride = Math.max(1, Math.floor(data.length / noiseSamples));
  const differences = new Float32Array(Math.floor((data.length - 1) / stride));
  for (let i = 0; i < differences.length; i++)
    differences[i] = Math.abs((data[i * stride] as number) - (data[i * stride + 1] as number));
  differences.sort();
  // The median of |a - b| is 0.954 sigma for two normal numbers.
  return (differences[differences.length >> 1] as number) / 0.954;
}

/** The level around a pixel when it is a hot one. Level and noise are those of the ring at distance two. */
function levelIfHot(data: Float32Array, width: number, at: number): number | undefined {
  const value = data[at] as number;
  const ring = new Float32Array(16);
  let count = 0;
  for (let step = -2; step <= 2; step++) {
    ring[count++] = data[at - 2 * width + step] as number;
    ring[count++] = data[at + 2 * width + step] as number;
    if (step === -2 || step === 2) continue;
    ring[count++] = data[at + step * width - 2] as number;
    ring[count++] = data[at + step * width + 2] as number;
  }
  ring.sort();
  const level = ((ring[7] as number) + (ring[8] as number)) / 2;
  const peak = value - level;
  // The distance of the quartiles is 1.35 sigma.
  const sigma = ((ring[12] as number) - (ring[3] as number)) / 1.35;
  const spread = neighbours(data, width, at).middle - level;
  return peak < leastSigmas * sigma || spread > largestSpread * peak ? undefined : level;
}
