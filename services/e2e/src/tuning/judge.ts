// Whether a solution is the truth: the middle of the picture and the scale. Pure.
import type { Truth } from '@astrogate/local';

/** Of the picture's diagonal. A wrong match is elsewhere on the sky, not a little beside. */
const largestOffset = 0.05;
/** Strong distortion changes the scale of a fit through all stars. */
const largestScaleError = 0.1;

const radians = Math.PI / 180;

/** `centre`: J2000 degrees, arcsec per pixel. */
export function isRight(centre: { ra: number; dec: number; pixelScale: number }, truth: Truth): boolean {
  const diagonal = (Math.hypot(truth.width, truth.height) * truth.scale) / 3600;
  const [east, north] = [
    (((centre.ra - truth.ra + 540) % 360) - 180) * Math.cos(truth.dec * radians),
    centre.dec - truth.dec,
  ];
  return (
    Math.hypot(east, north) < largestOffset * diagonal &&
    Math.abs(centre.pixelScale / truth.scale - 1) < largestScaleError
  );
}
