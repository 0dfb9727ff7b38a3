// A TAN or TAN-SIP world coordinate system: read from what the engine wrote, from pixels to the sky and back.
// Sources: Calabretta & Greisen 2002 (gnomonic projection), Shupe et al. 2005 (SIP).
import { power } from '../fit/polynomial.js';
import { type Header, numberOf, parseHeader } from '../fits/cards.js';
import { atan2Degrees, cosDegrees, type SkyPoint, sinDegrees } from './sky.js';

/** One term of a SIP polynomial: factor * u^p * v^q. */
export interface SipTerm {
  p: number;
  q: number;
  factor: number;
}

export interface Wcs {
  crval1: number;
  crval2: number;
  /** 1-based FITS pixels. */
  crpix1: number;
  crpix2: number;
  /** Degrees per pixel. */
  cd1_1: number;
  cd1_2: number;
  cd2_1: number;
  cd2_2: number;
  /** 0 without SIP. */
  sipOrder: number;
  a: readonly SipTerm[];
  b: readonly SipTerm[];
}

/** Reads a header. Throws RangeError when a keyword is missing. */
export function parseWcs(bytes: Buffer): Wcs {
  const header = parseHeader(bytes);
  if (!header) throw new RangeError('the WCS header does not end');
  const need = (keyword: string): number => {
    const value = numberOf(header, keyword);
    if (value === undefined) throw new RangeError(`the WCS header has no ${keyword}`);
    return value;
  };
  const sipOrder = Math.max(numberOf(header, 'A_ORDER', 0), numberOf(header, 'B_ORDER', 0));
  return {
    crval1: need('CRVAL1'),
    crval2: need('CRVAL2'),
    crpix1: need('CRPIX1'),
    crpix2: need('CRPIX2'),
    cd1_1: need('CD1_1'),
    cd1_2: need('CD1_2'),
    cd2_1: need('CD2_1'),
    cd2_2: need('CD2_2'),
    sipOrder,
    a: sipTerms(header, 'A', sipOrder),
    b: sipTerms(header, 'B', sipOrder),
  };
}

/** det CD, square degrees per square pixel. */
export const determinant = (wcs: Wcs): number => wcs.cd1_1 * wcs.cd2_2 - wcs.cd1_2 * wcs.cd2_1;

/** Normal for det CD < 0, flipped for det CD > 0. */
export const parityOf = (wcs: Wcs): 'PARITY_NORMAL' | 'PARITY_FLIPPED' =>
  determinant(wcs) < 0 ? 'PARITY_NORMAL' : 'PARITY_FLIPPED';

function sipTerms(header: Header, axis: 'A' | 'B', order: number): SipTerm[] {
  const terms: SipTerm[] = [];
  for (let p = 0; p <= order; p++)
    for (let q = 0; p + q <= order; q++) {
      const factor = numberOf(header, `${axis}_${p}_${q}`, 0);
      if (factor !== 0) terms.push({ p, q, factor });
    }
  return terms;
}

function sum(terms: readonly SipTerm[], u: number, v: number): number {
  let total = 0;
  for (const { p, q, factor } of terms) total += factor * power(u, p) * power(v, q);
  return total;
}

/** Adds the distortion to an offset from the reference pixel, pixels. */
export const distort = ({ a, b }: Wcs, u: number, v: number): { u: number; v: number } => ({
  u: u + sum(a, u, v),
  v: v + sum(b, u, v),
});

/** Sky position (0 <= ra < 360) of a 1-based FITS pixel. */
export function pixelToSky(wcs: Wcs, x: number, y: number): SkyPoint {
  const { u, v } = distort(wcs, x - wcs.crpix1, y - wcs.crpix2);
  const point = { xi: wcs.cd1_1 * u + wcs.cd1_2 * v, eta: wcs.cd2_1 * u + wcs.cd2_2 * v };
  return tangentToSky({ ra: wcs.crval1, dec: wcs.crval2 }, point);
}

/** Steps of the inversion of SIP: each makes the error smaller by the distortion's slope, a percent or so. */
const inversionSteps = 5;

/** 1-based FITS pixel of a sky position; undefined for what lies behind the tangent plane. */
export function skyToPixel(wcs: Wcs, sky: SkyPoint): { x: number; y: number } | undefined {
  const point = tangentPlane({ ra: wcs.crval1, dec: wcs.crval2 }, sky);
  if (!point) return undefined;
  const det = determinant(wcs);
  const up = (wcs.cd2_2 * point.xi - wcs.cd1_2 * point.eta) / det;
  const vp = (wcs.cd1_1 * point.eta - wcs.cd2_1 * point.xi) / det;
  let [u, v] = [up, vp];
  for (let step = 0; wcs.sipOrder > 0 && step < inversionSteps; step++)
    [u, v] = [up - sum(wcs.a, u, v), vp - sum(wcs.b, u, v)];
  return { x: u + wcs.crpix1, y: v + wcs.crpix2 };
}

/** Standard coordinates of a tangent plane, degrees: xi to the east, eta to the north. */
export interface TangentPoint {
  xi: number;
  eta: number;
}

/** The gnomonic projection from the plane that touches the sky at `centre`. */
export function tangentToSky(centre: SkyPoint, point: TangentPoint): SkyPoint {
  const xi = (point.xi * Math.PI) / 180;
  const eta = (point.eta * Math.PI) / 180;
  const across = cosDegrees(centre.dec) - eta * sinDegrees(centre.dec);
  const ra = centre.ra + atan2Degrees(xi, across);
  const dec = atan2Degrees(sinDegrees(centre.dec) + eta * cosDegrees(centre.dec), Math.hypot(xi, across));
  return { ra: inCircle(ra), dec };
}

/** The gnomonic projection onto the plane that touches the sky at `centre`; undefined from 90 degrees on. */
export function tangentPlane(centre: SkyPoint, { ra, dec }: SkyPoint): TangentPoint | undefined {
  const [sin, cos, sin0, cos0] = [sinDegrees(dec), cosDegrees(dec), sinDegrees(centre.dec), cosDegrees(centre.dec)];
  const cosRa = cosDegrees(ra - centre.ra);
  const depth = sin * sin0 + cos * cos0 * cosRa;
  if (depth <= 1e-9) return undefined;
  const degrees = 180 / Math.PI / depth;
  return { xi: cos * sinDegrees(ra - centre.ra) * degrees, eta: (sin * cos0 - cos * sin0 * cosRa) * degrees };
}

/** The same angle in [0, 360). A tiny negative one would round to 360. */
function inCircle(angle: number): number {
  const positive = ((angle % 360) + 360) % 360;
  return positive === 360 ? 0 : positive;
}
