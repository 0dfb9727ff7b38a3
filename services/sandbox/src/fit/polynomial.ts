// Polynomials of two variables, as SIP has them: a sum of factor * u^p * v^q.

/** Powers of u and v of every term with `from` <= p + q <= `to`. */
export function powersBetween(from: number, to: number): readonly { p: number; q: number }[] {
  const powers: { p: number; q: number }[] = [];
  for (let total = from; total <= to; total++) for (let q = 0; q <= total; q++) powers.push({ p: total - q, q });
  return powers;
}

/** The value of each term without its factor. */
export const termsAt = (powers: readonly { p: number; q: number }[], u: number, v: number): number[] =>
  powers.map(({ p, q }) => u ** p * v ** q);
