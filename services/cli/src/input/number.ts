// Numbers on the command line, with the range in the complaint.
import { InvalidArgumentError } from 'commander';

/** A parser of numbers above or at `min` and at most `max`. */
export function numberBetween(min: number, max: number): (text: string) => number {
  return (text) => checked(text, /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i, min, max, 'number');
}

/** A parser of whole numbers from `min` to `max`. */
export function wholeBetween(min: number, max: number): (text: string) => number {
  return (text) => checked(text, /^\d+$/, min, max, 'whole number');
}

/** A parser of numbers above 0 and at most `max`. */
export function positiveUpTo(max: number): (text: string) => number {
  const parse = numberBetween(0, max);
  return (text) => {
    const value = parse(text);
    if (value === 0) throw new InvalidArgumentError('It must be above 0.');
    return value;
  };
}

function checked(text: string, pattern: RegExp, min: number, max: number, kind: string): number {
  const value = pattern.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw new InvalidArgumentError(`Give a ${kind} from ${min} to ${max}.`);
  return value;
}
