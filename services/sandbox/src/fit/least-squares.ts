// Least squares for the small, dense systems of a WCS fit.

/**
 * For every list of values the coefficients c that minimise the sum of squares of `rows` * c - values; undefined when
 * the rows do not fix them. By the normal equations and Gaussian elimination with pivoting, which is enough because
 * the callers' columns lie between -1 and 1.
 */
export function leastSquares(
  rows: readonly (readonly number[])[],
  ...values: readonly (readonly number[])[]
): readonly (readonly number[])[] | undefined {
  const size = rows[0]?.length ?? 0;
  const system = Array.from({ length: size }, () => new Float64Array(size + values.length));
  for (const [at, row] of rows.entries()) {
    for (let i = 0; i < size; i++) {
      const [line, factor] = [system[i] as Float64Array, row[i] as number];
      for (let j = 0; j < size; j++) line[j] = (line[j] as number) + factor * (row[j] as number);
      for (let k = 0; k < values.length; k++)
        line[size + k] = (line[size + k] as number) + factor * (values[k]?.[at] as number);
    }
  }
  if (!eliminate(system)) return undefined;
  return values.map((_, k) => system.map((line, i) => (line[size + k] as number) / (line[i] as number)));
}

/** What a pivot must keep of the largest number in the system: less is rounding. */
const leastPivot = 1e-12;

/** Makes the left part of the system diagonal, in place; false when it has no single solution. */
function eliminate(system: Float64Array[]): boolean {
  const largest = Math.max(...system.map((line, i) => Math.abs(line[i] as number)));
  for (let column = 0; column < system.length; column++) {
    const below = system.slice(column).map((line) => Math.abs(line[column] as number));
    const pivotAt = column + below.indexOf(Math.max(...below));
    const pivot = system[pivotAt] as Float64Array;
    if (!(Math.abs(pivot[column] as number) > leastPivot * largest)) return false;
    [system[column], system[pivotAt]] = [pivot, system[column] as Float64Array];
    for (const line of system) {
      if (line === pivot) continue;
      const share = (line[column] as number) / (pivot[column] as number);
      for (let k = column; k < line.length; k++) line[k] = (line[k] as number) - share * (pivot[k] as number);
    }
  }
  return true;
}
