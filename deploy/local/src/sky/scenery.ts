// What stands in a test sky beside its stars: clouds, trails, a horizon. Adds light, or takes it away.
import { type Random, seededRandom } from './random.js';

/** A picture in the making: counts, first stored row first. */
export interface Canvas {
  width: number;
  height: number;
  pixels: Float64Array;
}

/** Fractal light. Ridges make it look like filaments of a remnant, without them it is patchy like a Milky Way field. */
export interface Texture {
  kind: 'patches' | 'filaments';
  /** Counts of the brightest places. */
  brightness: number;
  /** Size of its largest features as a share of the longer side. Default 0.4. */
  size?: number;
}

// Taken out of Math once: under a test runner the look-up costs more than the function.
const { abs, exp, floor, hypot, max, min } = Math;

/** Each octave has half the size and half the brightness of the one before it; the last ones are of star size. */
const octaves = 6;

export function addTexture(canvas: Canvas, { kind, brightness, size = 0.4 }: Texture, random: Random): void {
  const { width, height, pixels } = canvas;
  const sum = new Float64Array(pixels.length);
  let cell = size * max(width, height);
  for (let octave = 0, weight = 0.5; octave < octaves && cell >= 2; octave++, weight /= 2, cell /= 2) {
    const noise = smoothNoise(width, height, cell, random);
    for (let at = 0; at < sum.length; at++) {
      const value = noise(at % width, floor(at / width));
      sum[at] = (sum[at] as number) + weight * (kind === 'filaments' ? 1 - abs(2 * value - 1) : value);
    }
  }
  const contrast = kind === 'filaments' ? 6 : 3;
  for (let at = 0; at < pixels.length; at++) add(pixels, at, brightness * (sum[at] as number) ** contrast);
}

/** Values of 0 to 1 that change smoothly over `cell` pixels: random lattice points, bilinear between them. */
function smoothNoise(width: number, height: number, cell: number, random: Random): (x: number, y: number) => number {
  const columns = Math.ceil(width / cell) + 2;
  const rows = Math.ceil(height / cell) + 2;
  const lattice = Float64Array.from({ length: columns * rows }, () => random.uniform());
  const smooth = (share: number) => share * share * (3 - 2 * share);
  return (x, y) => {
    const [column, row] = [floor(x / cell), floor(y / cell)];
    const [right, down] = [smooth(x / cell - column), smooth(y / cell - row)];
    const at = row * columns + column;
    const top = (lattice[at] as number) * (1 - right) + (lattice[at + 1] as number) * right;
    const bottom = (lattice[at + columns] as number) * (1 - right) + (lattice[at + columns + 1] as number) * right;
    return top * (1 - down) + bottom * down;
  };
}

/** A broad bright cloud. */
export function addCloud({ pixels, width, height }: Canvas): void {
  const radius = min(width, height) / 5;
  for (let at = 0; at < pixels.length; at++) {
    const distance = hypot((at % width) - width * 0.6, floor(at / width) - height * 0.4);
    add(pixels, at, 12_000 * exp(-(distance ** 2) / (2 * radius ** 2)));
  }
}

/** From the left edge at a third of the height to the right edge at four fifths, like a satellite's. */
export function addTrail(canvas: Canvas, peak: number): void {
  addLine(canvas, canvas.height * 0.33, canvas.height * 0.8, peak);
}

/** Trails from left to right at random heights and slopes. */
export function addTrails(canvas: Canvas, count: number, peak: number, random: Random): void {
  for (let i = 0; i < count; i++) {
    const place = () => (1.6 * random.uniform() - 0.3) * canvas.height;
    addLine(canvas, place(), place(), peak * (0.3 + random.uniform()));
  }
}

function addLine({ pixels, width, height }: Canvas, left: number, right: number, peak: number): void {
  for (let x = 0; x < width; x++) {
    const middle = left + ((right - left) * x) / width;
    for (let y = max(floor(middle - 8), 0); y <= min(middle + 8, height - 1); y++)
      add(pixels, y * width + x, peak * exp(-((y - middle) ** 2) / (2 * 1.5 ** 2)));
  }
}

/** Takes away up to `share` of the light in the corners. */
export function vignette({ pixels, width, height }: Canvas, share: number): void {
  const corner = hypot(width, height) / 2;
  for (let at = 0; at < pixels.length; at++) {
    const distance = hypot((at % width) - width / 2, floor(at / width) - height / 2) / corner;
    pixels[at] = (pixels[at] as number) * (1 - share * distance ** 2);
  }
}

/** Ground, with a ragged edge and dim detail, hides about `share` of the picture's last rows. */
export function addHorizon({ pixels, width, height }: Canvas, share: number, level: number, random: Random): void {
  const edge = smoothNoise(width, 1, width / 9, random);
  const fringe = smoothNoise(width, 1, 6, random);
  const detail = smoothNoise(width, height, 12, random);
  for (let x = 0; x < width; x++) {
    const top = floor(height * (1 - share * (0.6 + 0.7 * edge(x, 0) + 0.1 * fringe(x, 0))));
    for (let y = max(top, 0); y < height; y++) pixels[y * width + x] = level * (0.2 + 0.2 * detail(x, y) ** 4);
  }
}

/** A sequence of its own for each part of the scenery, so that adding one part leaves the others as they are. */
export const partRandom = (seed: number, part: number): Random => seededRandom(seed * 1000 + part);

export function add(pixels: Float64Array, at: number, counts: number): void {
  pixels[at] = (pixels[at] as number) + counts;
}
