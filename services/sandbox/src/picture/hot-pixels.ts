// Takes hot pixels and cosmic-ray points out of a plane, in place, so that they do not become stars.
import type { Plane } from './plane.js';

/**
 * A star spreads: at a Gaussian sigma of 0.32 pixels (far below what optics and seeing give) the four neighbours still
 * have 0.06 of the peak on average. A hot pixel leaves its neighbours alone.
 */
const largestSpread = 0.06;
/** How far a peak must stand out of the noise of its surroundings before the spread means anything. */
const leastSigmas = 12;

/** Replaces every pixel that stands alone by the level around it. Returns how many there were. */
export function removeHotPixels({ width, height, data }: Plane): number {
  let removed = 0;
  for (let y = 2; y < height - 2; y++) {
    for (let at = y * width + 2; at < (y + 1) * width - 2; at++) {
      const value = data[at] as number;
      if (value <= (data[at - 1] as number) || value <= (data[at + 1] as number)) continue;
      if (value <= (data[at - width] as number) || value <= (data[at + width] as number)) continue;
      const level = levelIfHot(data, width, at);
      if (level === undefined) continue;
      data[at] = level;
      removed++;
    }
  }
  return removed;
}

/** The level around a local maximum when it is a hot pixel. Level and noise are those of the ring at distance two. */
function levelIfHot(data: Float32Array, width: number, at: number): number | undefined {
  const neighbours =
    ((data[at - 1] as number) + (data[at + 1] as number) + (data[at - width] as number) + (data[at + width] as number)) /
    4;
  const value = data[at] as number;
  // Most maxima of noise end here, before anything is sorted.
  if (value - neighbours < Math.abs(value) * 1e-3) return undefined;
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
  // Half the distance of the quartiles is 0.67 sigma; a flat ring of whole numbers gets one unit of the value's scale.
  const sigma = Math.max(((ring[12] as number) - (ring[3] as number)) / 1.35, (value - level) * 0.01);
  const peak = value - level;
  if (peak < leastSigmas * sigma || neighbours - level > largestSpread * peak) return undefined;
  return level;
}
