// Right ascension and declination as people type them: degrees, or sexagesimal with colons, letters, signs or spaces.
import { InvalidArgumentError } from 'commander';

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;
/** Sign, whole part, minutes, and seconds that may be left out. */
const sexagesimal =
  /^([+-]?)(\d{1,3})(?:[:hd°\s]\s*)([0-5]?\d)(?:[:m'′\s]\s*(?:([0-5]?\d(?:\.\d*)?)\s*(?:s|"|″|'')?)?)?$/i;

/** Degrees, 0 <= ra < 360; sexagesimal text is in hours. Throws InvalidArgumentError. */
export function parseRa(text: string): number {
  const degrees = parse(text, 15);
  if (degrees === undefined || !(degrees >= 0 && degrees < 360))
    throw new InvalidArgumentError('Give degrees, 0 to below 360, or hours such as 05:38:18.2.');
  return degrees;
}

/** Degrees, -90 to 90; sexagesimal text is in degrees. Throws InvalidArgumentError. */
export function parseDec(text: string): number {
  const degrees = parse(text, 1);
  if (degrees === undefined || !(Math.abs(degrees) <= 90))
    throw new InvalidArgumentError('Give degrees, -90 to 90, or sexagesimal such as -02:45:18.');
  return degrees;
}

function parse(text: string, degreesPerUnit: number): number | undefined {
  const trimmed = text.trim().replace('−', '-');
  if (decimal.test(trimmed)) return Number(trimmed);
  const [, sign, whole, minutes, seconds = '0'] = sexagesimal.exec(trimmed) ?? [];
  if (whole === undefined) return undefined;
  // The sign stands apart from the number: -00:30 is half a degree south.
  const value = Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600;
  return (sign === '-' ? -value : value) * degreesPerUnit;
}
