// Which star indexes can solve a field of a given width.
import type { StarIndexMessage } from '@astrogate/proto';

/**
 * Quad diameters in arcmin of scales 0 to 19 of the 4100, 4200 and 5200 series: scale n goes from entry n to entry
 * n + 1 (http://astrometry.net/doc/readme.html, "Getting index files").
 */
const quadBounds = [
  2, 2.8, 4, 5.6, 8, 11, 16, 22, 30, 42, 60, 85, 120, 170, 240, 340, 480, 680, 1000, 1400, 2000,
] as const;

/** The same page: quads of 10 % to 100 % of the picture's size are useful. */
const smallestQuad = 0.1;

export interface FittingScale {
  /** 0 to 19. */
  readonly scale: number;
  /** Quad diameters, arcmin. */
  readonly quad_low: number;
  readonly quad_high: number;
  /** Whether the solver has an index for it; null: it could not be asked. */
  readonly available: boolean | null;
}

/** The scales whose quads fit a field `widthArcmin` wide, and which of them are among `indexes`. */
export function fittingScales(widthArcmin: number, indexes: readonly StarIndexMessage[] | undefined): FittingScale[] {
  return quadBounds.slice(0, -1).flatMap((low, scale) => {
    const high = quadBounds[scale + 1] as number;
    if (high <= widthArcmin * smallestQuad || low >= widthArcmin) return [];
    const available = indexes?.some((index) => overlaps(index, low, high)) ?? null;
    return [{ scale, quad_low: low, quad_high: high, available }];
  });
}

/** The middle of an index lies inside the scale: neighbours touch, and rounded bounds may overlap a little. */
function overlaps({ scaleLow, scaleHigh }: StarIndexMessage, low: number, high: number): boolean {
  const middle = Math.sqrt(scaleLow * scaleHigh);
  const covers = scaleLow <= low * 1.05 && scaleHigh >= high / 1.05;
  return covers || (middle >= low && middle < high);
}
