// A picture to paint on, and the few strokes that every kind of frame is made of.
import type { Random } from '@astrogate/local';

export type { Random };

export interface Canvas {
  width: number;
  height: number;
  /** Counts of 0 to 65535 once `clamp` has been called, first stored row first. */
  pixels: Float64Array;
}

// Taken out of Math once: under a test runner the look-up costs more than the function.
const { exp, max, min, round } = Math;

export const brightest = 65_535;
/** Beyond this many sigmas a spot's light is below a count. */
const reach = 5;

/** 0.3 to 1 million pixels in the usual shapes of 4:3 and 3:2. */
export function blank(random: Random, level: number): Canvas {
  const height = 480 + 10 * Math.floor(random.uniform() * 30);
  const width = round(height * (random.uniform() < 0.5 ? 4 / 3 : 3 / 2));
  return { width, height, pixels: new Float64Array(width * height).fill(level) };
}

/** A round spot like a star's at 0-based (x, y); `peak` in counts, `sigma` in pixels. */
export function addSpot(canvas: Canvas, x: number, y: number, peak: number, sigma: number): void {
  const { width, height, pixels } = canvas;
  const range = reach * sigma;
  for (let row = max(Math.ceil(y - range), 0); row <= min(y + range, height - 1); row++) {
    for (let column = max(Math.ceil(x - range), 0); column <= min(x + range, width - 1); column++) {
      const at = row * width + column;
      pixels[at] = (pixels[at] as number) + peak * exp(-((column - x) ** 2 + (row - y) ** 2) / (2 * sigma ** 2));
    }
  }
}

export function addNoise({ pixels }: Canvas, deviation: number, random: Random): void {
  for (let at = 0; at < pixels.length; at++) pixels[at] = (pixels[at] as number) + deviation * random.normal();
}

/** Fills the rectangle from (left, top), its right and lower edge excluded; what lies outside is left away. */
export function fill(
  { width, height, pixels }: Canvas,
  box: { left: number; top: number; right: number; bottom: number },
  level: number,
): void {
  const [left, right] = [max(0, round(box.left)), min(width, round(box.right))];
  const [top, bottom] = [max(0, round(box.top)), min(height, round(box.bottom))];
  if (left >= right) return;
  for (let row = top; row < bottom; row++) pixels.fill(level, row * width + left, row * width + right);
}

/** Whole counts within the range of 16 bits. */
export function clamp(canvas: Canvas): Canvas {
  const { pixels } = canvas;
  for (let at = 0; at < pixels.length; at++) pixels[at] = min(max(round(pixels[at] as number), 0), brightest);
  return canvas;
}
