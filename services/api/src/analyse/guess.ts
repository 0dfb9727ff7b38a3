// What a header says, as a guess for the solver. It may be wrong, so it is told with room around it.
import { type HeaderGuess, headerGuessSchema } from '@astrogate/proto';
import type { Analysis } from './analyse.js';

/** A mount that was not aligned is some degrees off, and its position is of the date: 0.4° from J2000. */
const leastRadius = 10;

/** Undefined when the header tells neither scale nor field nor position, or tells what the contract refuses. */
export function guessFrom(analysis: Analysis): HeaderGuess | undefined {
  const where = { ...scaleOf(analysis), ...positionOf(analysis) };
  if (Object.keys(where).length === 0) return undefined;
  const guess = { source: 'HINT_SOURCE_HEADER', ...where, parity: analysis.parity };
  return headerGuessSchema.safeParse(guess).data;
}

/** The scale where the number of pixels is known, else the field width. */
function scaleOf({
  pixelScale,
  bounds,
}: Analysis): Pick<HeaderGuess, 'scaleLow' | 'scaleHigh' | 'widthLow' | 'widthHigh'> {
  if (pixelScale) return { scaleLow: pixelScale.low, scaleHigh: pixelScale.high };
  return bounds ? { widthLow: bounds.low / 60, widthHigh: bounds.high / 60 } : {};
}

function positionOf({ position, field }: Analysis): Pick<HeaderGuess, 'ra' | 'dec' | 'radius'> {
  // Programs write 0, 0 when no mount is connected.
  if (!position || (position.ra === 0 && position.dec === 0)) return {};
  // The reference point of a WCS may be anywhere in the field.
  return { ...position, radius: Math.min(Math.max(leastRadius, field?.diagonal ?? 0), 180) };
}
