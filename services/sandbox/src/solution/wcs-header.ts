// Writes a WCS as FITS header cards. Sources: FITS 4.0, section 8; Shupe et al. 2005 (SIP).
import { leastSquares } from '../fit/least-squares.js';
import { powersBetween, termsAt } from '../fit/polynomial.js';
import { type CardValue, formatHeader } from '../fits/cards.js';
import type { PictureSize } from '../recipes/recipe.js';
import { distort, type SipTerm, type Wcs } from './wcs.js';

type Cards = (readonly [string, CardValue])[];

export function formatWcs(wcs: Wcs, size: PictureSize): Buffer {
  const suffix = wcs.sipOrder > 0 ? '-SIP' : '';
  const cards: Cards = [
    ['SIMPLE', true],
    ['BITPIX', 8],
    ['NAXIS', 0],
    ['EXTEND', true],
    ['WCSAXES', 2],
    ['CTYPE1', `RA---TAN${suffix}`],
    ['CTYPE2', `DEC--TAN${suffix}`],
    ['RADESYS', 'ICRS'],
    ['EQUINOX', 2000],
    ['LONPOLE', 180],
    ['LATPOLE', 0],
    ['CRVAL1', wcs.crval1],
    ['CRVAL2', wcs.crval2],
    ['CRPIX1', wcs.crpix1],
    ['CRPIX2', wcs.crpix2],
    ['CUNIT1', 'deg'],
    ['CUNIT2', 'deg'],
    ['CD1_1', wcs.cd1_1],
    ['CD1_2', wcs.cd1_2],
    ['CD2_1', wcs.cd2_1],
    ['CD2_2', wcs.cd2_2],
    ['IMAGEW', size.width],
    ['IMAGEH', size.height],
  ];
  if (wcs.sipOrder > 0) cards.push(...sipCards(wcs, size));
  return formatHeader(cards);
}

function sipCards(wcs: Wcs, size: PictureSize): Cards {
  const inverse = inverseSip(wcs, size);
  return [
    ...polynomialCards('A', wcs.sipOrder, wcs.a),
    ...polynomialCards('B', wcs.sipOrder, wcs.b),
    ...polynomialCards('AP', inverse.order, inverse.ap),
    ...polynomialCards('BP', inverse.order, inverse.bp),
  ];
}

const polynomialCards = (name: string, order: number, terms: readonly SipTerm[]): Cards => [
  [`${name}_ORDER`, order],
  ...terms.map(({ p, q, factor }) => [`${name}_${p}_${q}`, factor] as const),
];

/** Points per side of the grid that the inverse is fitted on: several times its terms. */
const gridSteps = 12;

/** The way back, from undistorted to distorted pixels: a fit over the picture, one order higher than the way there. */
function inverseSip(wcs: Wcs, { width, height }: PictureSize) {
  const order = wcs.sipOrder + 1;
  const powers = powersBetween(1, order);
  const half = Math.hypot(width, height) / 2;
  const rows: number[][] = [];
  const back: { u: number[]; v: number[] } = { u: [], v: [] };
  for (let i = 0; i <= gridSteps; i++)
    for (let j = 0; j <= gridSteps; j++) {
      const u = 0.5 + (width * i) / gridSteps - wcs.crpix1;
      const v = 0.5 + (height * j) / gridSteps - wcs.crpix2;
      const there = distort(wcs, u, v);
      rows.push(termsAt(powers, there.u / half, there.v / half));
      back.u.push(u - there.u);
      back.v.push(v - there.v);
    }
  const [ap, bp] = leastSquares(rows, back.u, back.v) ?? [];
  const terms = (factors: readonly number[] | undefined): SipTerm[] =>
    powers.map(({ p, q }, at) => ({ p, q, factor: (factors?.[at] ?? 0) / half ** (p + q) }));
  return { order, ap: terms(ap), bp: terms(bp) };
}
