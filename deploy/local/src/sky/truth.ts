// The chosen WCS of a rendered sky, as a FITS header that astrometry.net's tools read.
import { type Card, header } from './fits.js';

export interface Truth {
  /** Centre of the picture, J2000 degrees; also the reference point. */
  ra: number;
  dec: number;
  /** Arcsec per pixel at the centre. */
  scale: number;
  /** Position angle of the +y pixel axis (down the rows as stored), degrees east of north. */
  rotation: number;
  /** Sign of det CD: normal is negative. As stored top row first, a sky that is not mirrored is flipped. */
  parity: 'normal' | 'flipped';
  width: number;
  height: number;
  /** SIP terms in pixels: f(u, v) gets added to u (a) and v (b), with u^p v^q as key "p_q". */
  sip?: { order: number; a: Readonly<Record<string, number>>; b: Readonly<Record<string, number>> };
}

/** The header, padded to a block. 1-based FITS pixels, the first stored row is y = 1. */
export function truthHeader(truth: Truth): Buffer {
  const { sip } = truth;
  const perPixel = truth.scale / 3600;
  const angle = (truth.rotation * Math.PI) / 180;
  // +y points to the position angle; +x stands at a right angle to it, to the side that the parity says.
  const side = truth.parity === 'normal' ? -1 : 1;
  const cards: Card[] = [
    ['SIMPLE', true],
    ['BITPIX', 8],
    ['NAXIS', 0],
    ['EXTEND', true],
    ['WCSAXES', 2],
    ['CTYPE1', sip ? 'RA---TAN-SIP' : 'RA---TAN'],
    ['CTYPE2', sip ? 'DEC--TAN-SIP' : 'DEC--TAN'],
    ['EQUINOX', 2000],
    ['CRVAL1', truth.ra],
    ['CRVAL2', truth.dec],
    ['CRPIX1', (truth.width + 1) / 2],
    ['CRPIX2', (truth.height + 1) / 2],
    ['CUNIT1', 'deg'],
    ['CUNIT2', 'deg'],
    ['CD1_1', side * perPixel * Math.cos(angle)],
    ['CD1_2', perPixel * Math.sin(angle)],
    ['CD2_1', -side * perPixel * Math.sin(angle)],
    ['CD2_2', perPixel * Math.cos(angle)],
    ['IMAGEW', truth.width],
    ['IMAGEH', truth.height],
  ];
  if (sip) {
    cards.push(['A_ORDER', sip.order], ['B_ORDER', sip.order]);
    for (const [term, factor] of Object.entries(sip.a)) cards.push([`A_${term}`, factor]);
    for (const [term, factor] of Object.entries(sip.b)) cards.push([`B_${term}`, factor]);
  }
  return header(cards);
}

/** The pixel whose distorted position is (x, y): what the tangent projection alone gives is turned back into a pixel. */
export function undistort(truth: Truth, x: number, y: number): { x: number; y: number } {
  const { sip } = truth;
  if (!sip) return { x, y };
  const centre = { x: (truth.width + 1) / 2, y: (truth.height + 1) / 2 };
  const target = { u: x - centre.x, v: y - centre.y };
  let { u, v } = target;
  // The distortion is a few pixels and changes slowly, so that each round gains about two digits.
  for (let round = 0; round < 20; round++)
    [u, v] = [target.u - polynomial(sip.a, u, v), target.v - polynomial(sip.b, u, v)];
  return { x: u + centre.x, y: v + centre.y };
}

function polynomial(terms: Readonly<Record<string, number>>, u: number, v: number): number {
  return Object.entries(terms).reduce((sum, [term, factor]) => {
    const [p = 0, q = 0] = term.split('_').map(Number);
    return sum + factor * u ** p * v ** q;
  }, 0);
}
