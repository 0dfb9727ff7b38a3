// A TAN or TAN-SIP world coordinate system as astrometry.net writes it.
// Sources: Calabretta & Greisen 2002 (gnomonic projection), Shupe et al. 2005 (SIP).
import { type Header, numberOf, parseHeader } from '../fits/cards.js';
import { atan2Degrees, cosDegrees, type SkyPoint, sinDegrees } from './sky.js';

/** One term of a SIP polynomial: factor * u^p * v^q. */
interface SipTerm {
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

const sum = (terms: readonly SipTerm[], u: number, v: number): number =>
  terms.reduce((total, { p, q, factor }) => total + factor * u ** p * v ** q, 0);

/** Sky position (0 <= ra < 360) of a 1-based FITS pixel. */
export function pixelToSky(wcs: Wcs, x: number, y: number): SkyPoint {
  const u = x - wcs.crpix1;
  const v = y - wcs.crpix2;
  const up = u + sum(wcs.a, u, v);
  const vp = v + sum(wcs.b, u, v);
  // Standard coordinates of the tangent plane: xi to the east, eta to the north, in radians.
  const xi = ((wcs.cd1_1 * up + wcs.cd1_2 * vp) * Math.PI) / 180;
  const eta = ((wcs.cd2_1 * up + wcs.cd2_2 * vp) * Math.PI) / 180;
  const across = cosDegrees(wcs.crval2) - eta * sinDegrees(wcs.crval2);
  const ra = wcs.crval1 + atan2Degrees(xi, across);
  const dec = atan2Degrees(sinDegrees(wcs.crval2) + eta * cosDegrees(wcs.crval2), Math.hypot(xi, across));
  return { ra: inCircle(ra), dec };
}

/** The same angle in [0, 360). A tiny negative one would round to 360. */
function inCircle(angle: number): number {
  const positive = ((angle % 360) + 360) % 360;
  return positive === 360 ? 0 : positive;
}
