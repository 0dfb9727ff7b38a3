// Takes out sources that stand in rows or columns: trails along an axis, bad columns, bleeding.
// Facts: removelines.py of astrometry.net 0.93; the unit test holds this to its recorded output.
import type { Source } from './source.js';

/** Natural logarithm of the Poisson term below which a row or column is too full to be chance. */
const logCut = -100;

export function removeLines(sources: readonly Source[]): Source[] {
  if (sources.length === 0) return [];
  const columns = crowded(sources.map(({ x }) => x));
  const rows = crowded(sources.map(({ y }) => y));
  return sources.filter(({ x, y }) => !columns.has(binOf(x)) && !rows.has(binOf(y)));
}

/** Bins are one pixel wide, centred on whole pixels. */
const binOf = (value: number): number => Math.floor(value + 0.5);

/**
 * Bins that hold far more than the others. With k = count - 1 for bins of two and more, and m the mean of k, a bin is
 * too full when k ln m - m - (0 + 1 + … + (k - 1)) < logCut. (The last term stands where a Poisson term has ln k!.)
 */
function crowded(values: readonly number[]): Set<number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(binOf(value), (counts.get(binOf(value)) ?? 0) + 1);
  const occupied = [...counts].filter(([, count]) => count > 1);
  if (occupied.length === 0) return new Set();
  const mean = occupied.reduce((sum, [, count]) => sum + count - 1, 0) / occupied.length;
  const term = (k: number) => k * Math.log(mean) - mean - (k * (k - 1)) / 2;
  return new Set(occupied.filter(([, count]) => term(count - 1) < logCut).map(([bin]) => bin));
}
