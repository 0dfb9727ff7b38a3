// Writes a plane as a FITS image of 32-bit floats, for the star finders. First stored row first: see picture/plane.ts.
import type { Plane } from '../picture/plane.js';
import { formatHeader, padding } from './cards.js';

export function formatFloatImage(plane: Plane): Buffer[] {
  // FITS is big-endian, every machine this runs on is not.
  const data = Buffer.from(plane.data.slice().buffer).swap32();
  const header = formatHeader([
    ['SIMPLE', true],
    ['BITPIX', -32],
    ['NAXIS', 2],
    ['NAXIS1', plane.width],
    ['NAXIS2', plane.height],
  ]);
  return [header, data, padding(data.length)];
}
