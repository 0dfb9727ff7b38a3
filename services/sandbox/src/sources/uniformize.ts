// Spreads the brightest sources over the picture, so that one bright nebula or cluster does not fill the front of the
// list. Facts: uniformize.py of astrometry.net 0.93; the unit test holds this to its recorded output.
import type { Source } from './source.js';

/**
 * Reorders `sources` (brightest first): the brightest of each of about `boxes` boxes, then the second brightest of each,
 * and so on; within a round they keep their order of brightness. Sources without a finite position are left out.
 */
export function uniformize(sources: readonly Source[], boxes: number): Source[] {
  const finite = sources.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  const left = finite.reduce((least, { x }) => Math.min(least, x), Infinity);
  const bottom = finite.reduce((least, { y }) => Math.min(least, y), Infinity);
  const width = finite.reduce((most, { x }) => Math.max(most, x), -Infinity) - left;
  const height = finite.reduce((most, { y }) => Math.max(most, y), -Infinity) - bottom;
  if (!(width > 0 && height > 0)) return finite;
  const columns = Math.max(1, roundHalfEven(width / Math.sqrt((width * height) / boxes)));
  const rows = Math.max(1, roundHalfEven(boxes / columns));
  const taken = new Array<number>(columns * rows).fill(0);
  const rounds: Source[][] = [];
  for (const source of finite) {
    const column = Math.min(Math.floor(((source.x - left) / width) * columns), columns - 1);
    const row = Math.min(Math.floor(((source.y - bottom) / height) * rows), rows - 1);
    const box = row * columns + column;
    const round = taken[box] as number;
    taken[box] = round + 1;
    rounds[round] ??= [];
    rounds[round].push(source);
  }
  return rounds.flat();
}

/** numpy's rounding: halves go to the even neighbour. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
