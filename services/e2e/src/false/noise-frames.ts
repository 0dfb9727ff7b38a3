// Frames of nothing but noise.
import { addNoise, blank, type Canvas, type Random } from './canvas.js';

// Taken out of Math once: under a test runner the look-up costs more than the function.
const { exp, sqrt } = Math;

/** Read-out noise on an even background. */
export function gaussianNoise(random: Random): Canvas {
  const canvas = blank(random, 800 + 4000 * random.uniform());
  addNoise(canvas, 20 + 400 * random.uniform(), random);
  return canvas;
}

/** Few photons per pixel: single bright pixels stand out as hot pixels and faint stars do. */
export function poissonNoise(random: Random): Canvas {
  const canvas = blank(random, 0);
  const mean = 0.2 + 8 * random.uniform();
  const countsPerPhoton = 200 + 2000 * random.uniform();
  for (let at = 0; at < canvas.pixels.length; at++) canvas.pixels[at] = countsPerPhoton * poisson(mean, random);
  return canvas;
}

/** Noise that is smooth over a few pixels, as after a blur or a demosaicing: its maxima look like stars. */
export function smoothNoise(random: Random): Canvas {
  const canvas = blank(random, 0);
  addNoise(canvas, 1, random);
  const passes = 1 + Math.floor(3 * random.uniform());
  for (let pass = 0; pass < passes; pass++) blur(canvas);
  const deviation = sqrt(canvas.pixels.reduce((sum, value) => sum + value * value, 0) / canvas.pixels.length);
  const [level, contrast] = [6000, 300 + 1200 * random.uniform()];
  for (let at = 0; at < canvas.pixels.length; at++)
    canvas.pixels[at] = level + (contrast * (canvas.pixels[at] as number)) / deviation;
  return canvas;
}

/** Method: products of uniform numbers (Knuth), good for small means. */
function poisson(mean: number, random: Random): number {
  const floor = exp(-mean);
  let count = 0;
  for (let product = random.uniform(); product > floor; product *= random.uniform()) count += 1;
  return count;
}

/** The mean of three in rows, then in columns; borders stay. */
function blur({ width, pixels }: Canvas): void {
  for (const step of [1, width]) {
    const before = Float64Array.from(pixels);
    for (let at = step; at < pixels.length - step; at++)
      pixels[at] = ((before[at - step] as number) + (before[at] as number) + (before[at + step] as number)) / 3;
  }
}
