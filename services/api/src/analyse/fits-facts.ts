// What a FITS header says about optics and position. Keywords: FITS Standard 4.0 §8 (WCS), SBFITSEXT 1.0 and the MaxIm DL
// header keywords (FOCALLEN, XPIXSZ, XBINNING, OBJCTRA, OBJCTDEC), plus PIXSCALE, SCALE and SECPIX of common programs.
import { pixelScaleOf } from './field-of-view.js';
import { cardNumber } from './fits-cards.js';
import type { PixelSize } from './picture-size.js';

type Cards = Map<string, string>;

export interface FitsFacts {
  readonly pixels?: PixelSize;
  /** Millimetres. */
  readonly focalLength?: number;
  readonly camera?: string;
  /** Pixel scale with where it comes from and how far it may be off. */
  readonly scale?: FitsScale;
  /** Sign of det CD of a WCS: negative is normal. */
  readonly parity?: 'PARITY_NORMAL' | 'PARITY_FLIPPED';
  /** J2000 or of the header's own equinox, degrees. */
  readonly position?: { readonly ra: number; readonly dec: number };
}

export interface FitsScale {
  /** arcsec/pixel. */
  readonly value: number;
  readonly from: 'wcs' | 'scale' | 'optics';
  /** XPIXSZ should include the binning; some programs leave it out, so the truth may be this many times larger. */
  readonly binning: number;
}

export function readFitsFacts(cards: Cards): FitsFacts {
  const [width, height] = [cardNumber(cards, 'NAXIS1'), cardNumber(cards, 'NAXIS2')];
  const focalLength = positive(cardNumber(cards, 'FOCALLEN'));
  const camera = cards.get('INSTRUME')?.replace(/\p{C}/gu, '').slice(0, 100);
  const scale = wcsScale(cards) ?? statedScale(cards) ?? opticsScale(cards, focalLength);
  const position = positionOf(cards);
  const determinant = wcsDeterminant(cards);
  return {
    ...(width && height && width > 0 && height > 0 ? { pixels: { width, height } } : {}),
    ...(focalLength ? { focalLength } : {}),
    ...(camera ? { camera } : {}),
    ...(scale ? { scale } : {}),
    ...(determinant ? { parity: determinant < 0 ? 'PARITY_NORMAL' : 'PARITY_FLIPPED' } : {}),
    ...(position ? { position } : {}),
  };
}

/** 3600·√|det CD|. */
function wcsScale(cards: Cards): FitsScale | undefined {
  const determinant = wcsDeterminant(cards);
  return determinant ? plausible(3600 * Math.sqrt(Math.abs(determinant)), 'wcs') : undefined;
}

/** det CD, or the same of CDELT; undefined without a WCS. */
function wcsDeterminant(cards: Cards): number | undefined {
  if (!/^RA/.test(cards.get('CTYPE1') ?? '')) return undefined;
  const [a, b, c, d] = ['CD1_1', 'CD1_2', 'CD2_1', 'CD2_2'].map((keyword) => cardNumber(cards, keyword));
  const matrix = a === undefined && d === undefined && b === undefined && c === undefined;
  return matrix
    ? (cardNumber(cards, 'CDELT1') ?? 0) * (cardNumber(cards, 'CDELT2') ?? 0)
    : (a ?? 0) * (d ?? 0) - (b ?? 0) * (c ?? 0);
}

function statedScale(cards: Cards): FitsScale | undefined {
  const stated = ['PIXSCALE', 'SCALE', 'SECPIX', 'SECPIX1'].map((keyword) => cardNumber(cards, keyword));
  return plausible(
    stated.find((value) => value !== undefined),
    'scale',
  );
}

function opticsScale(cards: Cards, focalLength: number | undefined): FitsScale | undefined {
  const binning = Math.min(Math.max(cardNumber(cards, 'XBINNING') ?? 1, 1), 16);
  const pixel = positive(cardNumber(cards, 'XPIXSZ'));
  if (focalLength && pixel) return plausible(pixelScaleOf(pixel, focalLength), 'optics', binning);
  // PIXSIZE1 is the bare pixel.
  const bare = positive(cardNumber(cards, 'PIXSIZE1'));
  return focalLength && bare ? plausible(pixelScaleOf(bare * binning, focalLength), 'optics') : undefined;
}

/** Within the scales that the contract takes. */
function plausible(value: number | undefined, from: FitsScale['from'], binning = 1): FitsScale | undefined {
  return value !== undefined && value >= 0.001 && value <= 36_000 ? { value, from, binning } : undefined;
}

function positionOf(cards: Cards): FitsFacts['position'] {
  if (/^RA/.test(cards.get('CTYPE1') ?? '')) {
    const found = position(cardNumber(cards, 'CRVAL1'), cardNumber(cards, 'CRVAL2'));
    if (found) return found;
  }
  return (
    position(angle(cards, 'OBJCTRA', 15), angle(cards, 'OBJCTDEC', 1)) ??
    position(angle(cards, 'RA', 15), angle(cards, 'DEC', 1))
  );
}

function position(ra: number | undefined, dec: number | undefined): FitsFacts['position'] {
  if (ra === undefined || dec === undefined) return undefined;
  return ra >= 0 && ra < 360 && Math.abs(dec) <= 90 ? { ra, dec } : undefined;
}

/** Degrees: a plain number is in degrees, a sexagesimal one in units of `unit` degrees (hours: 15). */
function angle(cards: Cards, keyword: string, unit: number): number | undefined {
  const plain = cardNumber(cards, keyword);
  if (plain !== undefined) return plain;
  const parts = /^([+-]?)(\d{1,3})[\s:hd]+(\d{1,2})(?:[\s:m']+(\d{1,2}(?:\.\d*)?)[s"]?)?\s*$/.exec(
    cards.get(keyword)?.trim() ?? '',
  );
  if (!parts) return undefined;
  const [, sign, whole, minutes, seconds] = parts;
  const value = (Number(whole) + Number(minutes) / 60 + Number(seconds ?? 0) / 3600) * unit;
  return sign === '-' ? -value : value;
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
