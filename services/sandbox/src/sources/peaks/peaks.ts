// Finds stars as peaks: what stands out of the sky in a slightly smoothed plane. In the way of image2xy (brightness is
// height, so that a nebula does not outshine its stars), but in time that does not grow with the nebula.
import { setImmediate as turn } from 'node:timers/promises';
import type { Plane } from '../../picture/plane.js';
import type { Source } from '../source.js';
import { SkyLevel } from './sky-level.js';

/** Pixels of the plane. Large against stars; a nebula is left in, and lower than its stars are. */
const skyBox = 100;
/** Distance of the pixels whose differences tell the noise. Closer ones are alike in a compressed or debayered picture. */
const noiseDistance = 5;
/** Differences that the noise is taken from: enough for two digits. */
const noiseSamples = 10_000;
/** Of the range: an eighth of a step of 8-bit samples. */
const leastNoise = 1 / 2000;
/** What the smoothing below leaves of noise that differs from pixel to pixel: 6/16. */
const smoothedNoise = 0.375;
/** Farther than that from its peak nothing belongs to a star, pixels. */
const mostReach = 12;
/** Peaks of a star with a flat top have the same height: the wider one is brighter. Per doubling of its area. */
const wideBonus = 0.02;
const margin = 3;

/** Sources higher than `sigma` times the noise, in pixels of the plane (1-based), the highest first. */
export async function findPeaks(plane: Plane, sigma: number): Promise<Source[]> {
  const { width, height, data } = plane;
  if (Math.min(width, height) <= 2 * margin) return [];
  const sky = new SkyLevel(plane, skyBox);
  const smooth = smoothed(data, width, height);
  const least = sigma * smoothedNoise * noiseOf(plane);
  // Whatever else the program waits for gets its turn: another star finder may have come to its end.
  await turn();
  const peaks: Peak[] = [];
  for (const at of localPeaks(smooth, width, height)) {
    const background = sky.at(at % width, Math.floor(at / width));
    const rise = (smooth[at] as number) - background;
    if (rise > least) peaks.push({ at, background, rise });
  }
  await turn();
  peaks.sort((a, b) => b.rise - a.rise);
  const taken = new Uint8Array(data.length);
  const sources: Source[] = [];
  for (const peak of peaks) {
    if (taken[peak.at]) continue;
    const { x, y, area } = middleOf(smooth, width, height, peak, taken);
    const flux = peak.rise * (1 + wideBonus * Math.log2(area));
    sources.push({ x: x + 1, y: y + 1, flux, background: peak.background });
  }
  return sources.sort((a, b) => b.flux - a.flux);
}

interface Peak {
  /** Index of the pixel. */
  at: number;
  /** Level of the sky there. */
  background: number;
  /** How far the smoothed plane stands out of it. */
  rise: number;
}

/** Standard deviation of the noise, by the median of differences; never nothing, as a compressed sky can be flat. */
function noiseOf({ data }: Plane): number {
  const stride = Math.max(1, Math.floor(data.length / noiseSamples));
  const count = Math.floor((data.length - noiseDistance) / stride);
  const differences = new Float32Array(count);
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < count; i++) {
    const value = data[i * stride] as number;
    differences[i] = Math.abs(value - (data[i * stride + noiseDistance] as number));
    if (value < least) least = value;
    if (value > most) most = value;
  }
  // The median of |a - b| is 0.954 sigma for two normal numbers.
  return Math.max((differences.sort()[count >> 1] as number) / 0.954, (most - least) * leastNoise);
}

/** 1-2-1 along rows and columns; the outermost pixels stay 0. */
function smoothed(values: Float32Array, width: number, height: number): Float32Array {
  const rows = new Float32Array(values.length);
  for (let at = 1; at < values.length - 1; at++)
    rows[at] = ((values[at - 1] as number) + 2 * (values[at] as number) + (values[at + 1] as number)) / 4;
  const result = new Float32Array(values.length);
  for (let at = width; at < width * (height - 1); at++)
    result[at] = ((rows[at - width] as number) + 2 * (rows[at] as number) + (rows[at + width] as number)) / 4;
  return result;
}

/** Where no neighbour is higher. Of equal neighbours the first one counts. */
function localPeaks(values: Float32Array, width: number, height: number): number[] {
  const peaks: number[] = [];
  for (let y = margin; y < height - margin; y++)
    for (let at = y * width + margin; at < (y + 1) * width - margin; at++) {
      const value = values[at] as number;
      if (value <= (values[at - 1] as number) || value < (values[at + 1] as number)) continue;
      if (value <= (values[at - width] as number) || value < (values[at + width] as number)) continue;
      if (value <= (values[at - width - 1] as number) || value <= (values[at - width + 1] as number)) continue;
      if (value < (values[at + width - 1] as number) || value < (values[at + width + 1] as number)) continue;
      peaks.push(at);
    }
  return peaks;
}

/** The weighted middle (0-based) of what is higher than a quarter of the peak, around it; marks it as taken. */
function middleOf(values: Float32Array, width: number, height: number, peak: Peak, taken: Uint8Array) {
  const x = peak.at % width;
  const y = (peak.at - x) / width;
  const half = peak.background + peak.rise / 2;
  const quarter = peak.background + peak.rise / 4;
  const reach = (step: number, room: number): number => {
    let far = 1;
    while (far < Math.min(mostReach, room) && (values[peak.at + step * far] as number) > half) far++;
    return far;
  };
  const [left, right] = [reach(-1, x), reach(1, width - 1 - x)];
  const [up, down] = [reach(-width, y), reach(width, height - 1 - y)];
  let [weights, sumX, sumY] = [0, 0, 0];
  for (let row = y - up; row <= y + down; row++)
    for (let column = x - left; column <= x + right; column++) {
      const place = row * width + column;
      taken[place] = 1;
      const weight = (values[place] as number) - quarter;
      if (weight <= 0) continue;
      weights += weight;
      sumX += weight * column;
      sumY += weight * row;
    }
  return { x: sumX / weights, y: sumY / weights, area: (left + right) * (up + down) };
}
