// The level of the sky under the stars: medians of boxes, and straight lines between them.
import type { Plane } from '../../picture/plane.js';

/** Every second pixel of a box tells its median as well. */
const sampleStep = 2;

/** `plane` less its sky: the median of boxes of `box` pixels, interpolated linearly between their middles. */
export function lessSky(plane: Plane, box: number): Float32Array {
  const { width, height, data } = plane;
  const columns = Math.max(1, Math.round(width / box));
  const rows = Math.max(1, Math.round(height / box));
  const medians = boxMedians(plane, columns, rows);
  const result = new Float32Array(data.length);
  const line = new Float32Array(columns);
  for (let y = 0; y < height; y++) {
    const row = between(y, height, rows);
    for (let i = 0; i < columns; i++)
      line[i] = mix(medians[row.low * columns + i], medians[row.high * columns + i], row.share);
    for (let x = 0, at = y * width; x < width; x++, at++) {
      const place = ((x + 0.5) * columns) / width - 0.5;
      const low = place <= 0 ? 0 : place >= columns - 1 ? columns - 1 : Math.floor(place);
      const high = low + 1 < columns ? low + 1 : low;
      const from = line[low] as number;
      result[at] = (data[at] as number) - from - ((line[high] as number) - from) * (place <= 0 ? 0 : place - low);
    }
  }
  return result;
}

const mix = (from: number | undefined, to: number | undefined, share: number): number =>
  (from as number) + ((to as number) - (from as number)) * share;

/** Which two boxes a pixel lies between, and how far it is from the first to the second. */
function between(pixel: number, pixels: number, boxes: number): { low: number; high: number; share: number } {
  const place = Math.min(boxes - 1, Math.max(0, ((pixel + 0.5) * boxes) / pixels - 0.5));
  const low = Math.floor(place);
  return { low, high: Math.min(boxes - 1, low + 1), share: place - low };
}

function boxMedians({ width, height, data }: Plane, columns: number, rows: number): Float32Array {
  const edge = (index: number, count: number, pixels: number) => Math.floor((index * pixels) / count);
  const medians = new Float32Array(columns * rows);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) {
      const [left, right] = [edge(i, columns, width), edge(i + 1, columns, width)];
      const [top, bottom] = [edge(j, rows, height), edge(j + 1, rows, height)];
      const values = new Float32Array(Math.ceil((right - left) / sampleStep) * (bottom - top));
      let count = 0;
      // Every other row starts one pixel later, so that no column is left out.
      for (let y = top; y < bottom; y++)
        for (let x = left + (y % sampleStep); x < right; x += sampleStep)
          values[count++] = data[y * width + x] as number;
      const sorted = values.subarray(0, count).sort();
      medians[j * columns + i] = sorted[count >> 1] as number;
    }
  return medians;
}
