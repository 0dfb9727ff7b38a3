// How the light of a star falls on the pixels of a test sky.
import { add, type Canvas } from './scenery.js';

/** `moffat` has the wide wings of seeing, which make halos of bright stars; `donut` is out of focus. */
export type PointSpread = 'gaussian' | 'moffat' | 'donut';

export interface StarShape {
  spread: PointSpread;
  /** Of the spread, pixels. A donut's ring has twice this radius. */
  sigma: number;
  /** How far stars move while the picture is taken, pixels. */
  drift: { x: number; y: number };
}

// Taken out of Math once: under a test runner the look-up costs more than the function.
const { ceil, exp, floor, hypot, max, min, sqrt } = Math;

/** Beyond this many sigmas a Gaussian star's light is below a count. */
const gaussianReach = 6;
/** Exponent of the wings; seeing has 2.5 to 4. */
const moffatBeta = 2.5;
/** A halo fainter than this is not seen. */
const faintHalo = 5;
const largestHalo = 80;

/** `peak`: counts of the star if it stood still on the middle of a pixel. */
export function addStar(canvas: Canvas, place: { x: number; y: number }, peak: number, shape: StarShape): void {
  const { drift, sigma } = shape;
  const steps = max(1, ceil((2 * hypot(drift.x, drift.y)) / sigma));
  for (let step = 0; step < steps; step++) {
    const share = steps === 1 ? 0 : step / (steps - 1) - 0.5;
    addPoint(canvas, place.x - 1 + share * drift.x, place.y - 1 + share * drift.y, peak / steps, shape);
  }
}

function addPoint({ pixels, width, height }: Canvas, x0: number, y0: number, peak: number, shape: StarShape): void {
  const { light, reach } = profile(shape, peak);
  const rows = range(y0, reach, height);
  const columns = range(x0, reach, width);
  for (let y = rows.from; y <= rows.to; y++)
    for (let x = columns.from; x <= columns.to; x++)
      add(pixels, y * width + x, peak * light((x - x0) ** 2 + (y - y0) ** 2));
}

const range = (centre: number, reach: number, size: number) => ({
  from: max(ceil(centre - reach), 0),
  to: min(floor(centre + reach), size - 1),
});

/** Light as a share of the peak's, by the square of the distance in pixels. */
function profile({ spread, sigma }: StarShape, peak: number): { light(square: number): number; reach: number } {
  if (spread === 'gaussian')
    return { light: (square) => exp(-square / (2 * sigma ** 2)), reach: gaussianReach * sigma };
  if (spread === 'donut') {
    const ring = 2 * sigma;
    return {
      light: (square) => 0.4 * exp(-((sqrt(square) - ring) ** 2) / (2 * (sigma / 2) ** 2)),
      reach: ring + (gaussianReach * sigma) / 2,
    };
  }
  // The same width at half height as the Gaussian.
  const core = (1.1775 * sigma) ** 2 / (2 ** (1 / moffatBeta) - 1);
  const reach = sqrt(core * max((peak / faintHalo) ** (1 / moffatBeta) - 1, 1));
  return { light: (square) => (1 + square / core) ** -moffatBeta, reach: min(reach, largestHalo) };
}

/** What is more than a pixel can hold runs up and down its column, as on a CCD. */
export function bleed({ pixels, width, height }: Canvas, full: number): void {
  const longest = 100;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const at = y * width + x;
      let excess = ((pixels[at] as number) - full) / 2;
      if (excess <= 0) continue;
      pixels[at] = full;
      const half = excess;
      for (const direction of [-1, 1]) {
        excess = half;
        for (let step = 1; step <= longest && excess > 0; step++) {
          const row = y + direction * step;
          if (row < 0 || row >= height) break;
          const room = max(0, full - (pixels[row * width + x] as number));
          const taken = min(room, excess);
          // What stands below is looked at later and must not run twice.
          if (room > 0) add(pixels, row * width + x, taken);
          excess -= taken;
        }
      }
    }
  }
}
