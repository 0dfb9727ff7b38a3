// Fits a TAN or TAN-SIP WCS to pairs of stars. Sources: Calabretta & Greisen 2002, Shupe et al. 2005.
import type { PictureSize } from '../recipes/recipe.js';
import { pixelToSky, tangentPlane, tangentToSky, type Wcs } from '../solution/wcs.js';
import { leastSquares } from './least-squares.js';
import { powersBetween, termsAt } from './polynomial.js';

/** A star of the picture (1-based FITS pixels) and the star of an index (J2000 degrees) that it is. */
export interface Pair {
  x: number;
  y: number;
  ra: number;
  dec: number;
}

export interface Fit {
  wcs: Wcs;
  /** Root mean square of the distances between pairs, pixels per axis. */
  rms: number;
}

/** The tangent point follows the fit. From where `near` puts it, the second time is exact to a millionth of a pixel. */
const rounds = 2;

/**
 * A WCS with the reference pixel in the middle of the picture and a polynomial of `order` (1: TAN without SIP).
 * `near` says roughly where that is. Undefined when the pairs do not fix so many terms.
 */
export function fitTanSip(pairs: readonly Pair[], near: Wcs, size: PictureSize, order: number): Fit | undefined {
  const powers = powersBetween(0, order);
  if (pairs.length < powers.length) return undefined;
  const crpix1 = (size.width + 1) / 2;
  const crpix2 = (size.height + 1) / 2;
  const half = Math.hypot(size.width, size.height) / 2;
  const rows = pairs.map(({ x, y }) => termsAt(powers, (x - crpix1) / half, (y - crpix2) / half));
  let centre = pixelToSky(near, crpix1, crpix2);
  let fit: Fit | undefined;
  for (let round = 0; round < rounds; round++) {
    const points = pairs.map((pair) => tangentPlane(centre, pair));
    if (points.some((point) => point === undefined)) return undefined;
    const xi = (points as { xi: number; eta: number }[]).map((point) => point.xi);
    const eta = (points as { xi: number; eta: number }[]).map((point) => point.eta);
    const [a, b] = leastSquares(rows, xi, eta) ?? [];
    if (!a || !b) return undefined;
    const frame = { centre, crpix1, crpix2, half };
    fit = fitFrom(a, b, powers, frame, residual(rows, a, xi), residual(rows, b, eta));
    centre = tangentToSky(centre, { xi: a[0] as number, eta: b[0] as number });
  }
  return fit;
}

/** Sum of squares of what the coefficients leave. */
const residual = (rows: readonly number[][], factors: readonly number[], values: readonly number[]): number =>
  rows.reduce((sum, row, at) => {
    const model = row.reduce((total, term, i) => total + term * (factors[i] as number), 0);
    return sum + (model - (values[at] as number)) ** 2;
  }, 0) / rows.length;

interface Frame {
  centre: { ra: number; dec: number };
  crpix1: number;
  crpix2: number;
  /** What pixels were divided by. */
  half: number;
}

/** From polynomials for xi and eta (degrees) to CD and SIP: the linear part is CD, the rest is brought back through it. */
function fitFrom(
  xi: readonly number[],
  eta: readonly number[],
  powers: readonly { p: number; q: number }[],
  { centre, crpix1, crpix2, half }: Frame,
  xiSquares: number,
  etaSquares: number,
): Fit {
  const [cd1_1, cd1_2] = [(xi[1] as number) / half, (xi[2] as number) / half];
  const [cd2_1, cd2_2] = [(eta[1] as number) / half, (eta[2] as number) / half];
  const det = cd1_1 * cd2_2 - cd1_2 * cd2_1;
  const curved = powers.map(({ p, q }, i) => {
    const scale = half ** (p + q);
    const [x, y] = [(xi[i] as number) / scale, (eta[i] as number) / scale];
    return { p, q, a: (cd2_2 * x - cd1_2 * y) / det, b: (cd1_1 * y - cd2_1 * x) / det };
  });
  const sip = curved.filter(({ p, q }) => p + q >= 2);
  return {
    wcs: {
      crval1: centre.ra,
      crval2: centre.dec,
      ...{ crpix1, crpix2, cd1_1, cd1_2, cd2_1, cd2_2 },
      sipOrder: sip.length === 0 ? 0 : Math.max(...sip.map(({ p, q }) => p + q)),
      a: sip.map(({ p, q, a }) => ({ p, q, factor: a })),
      b: sip.map(({ p, q, b }) => ({ p, q, factor: b })),
    },
    rms: Math.sqrt((xiSquares + etaSquares) / 2 / Math.abs(det)),
  };
}
