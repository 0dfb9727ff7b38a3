// What follows from a WCS: centre, scale, orientation, parity, size of the field.
import type { SandboxSolution } from '@astrogate/proto/sandbox';
import type { PictureSize } from '../recipes/recipe.js';
import { atan2Degrees, separation } from './sky.js';
import { determinant, parityOf, pixelToSky, type Wcs } from './wcs.js';

export type Calibration = Pick<
  SandboxSolution,
  'ra' | 'dec' | 'pixelScale' | 'orientation' | 'parity' | 'fieldWidth' | 'fieldHeight' | 'radius'
>;

/**
 * - ra, dec: the sky at the centre of the picture ((W + 1) / 2, (H + 1) / 2), distortion included.
 * - pixelScale: 3600 sqrt(|det CD|), arcsec per pixel.
 * - parity: normal for det CD < 0, flipped for det CD > 0.
 * - orientation: position angle, degrees east of north, of the +y pixel axis:
 *   -atan2(p cd2_1 - cd1_2, p cd1_1 + cd2_2) with p = sign(det CD), as astrometry.net's wcsinfo has it.
 * - fieldWidth, fieldHeight: along the middle row and the middle column from edge to edge, over the centre, degrees.
 * - radius: from the centre to the farthest corner, degrees.
 */
export function calibrate(wcs: Wcs, { width, height }: PictureSize): Calibration {
  const det = determinant(wcs);
  const sign = det < 0 ? -1 : 1;
  // Edges: half a pixel outside the centres of the outermost pixels.
  const [left, right, bottom, top] = [0.5, width + 0.5, 0.5, height + 0.5];
  const [middleX, middleY] = [(width + 1) / 2, (height + 1) / 2];
  const at = (x: number, y: number) => pixelToSky(wcs, x, y);
  const centre = at(middleX, middleY);
  const toCentre = (x: number, y: number) => separation(at(x, y), centre);
  return {
    ...centre,
    pixelScale: 3600 * Math.sqrt(Math.abs(det)),
    orientation: -atan2Degrees(sign * wcs.cd2_1 - wcs.cd1_2, sign * wcs.cd1_1 + wcs.cd2_2),
    parity: parityOf(wcs),
    fieldWidth: toCentre(left, middleY) + toCentre(right, middleY),
    fieldHeight: toCentre(middleX, bottom) + toCentre(middleX, top),
    radius: Math.max(toCentre(left, bottom), toCentre(right, bottom), toCentre(left, top), toCentre(right, top)),
  };
}
