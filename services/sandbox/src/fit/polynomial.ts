// Polynomials of two variables, as SIP has them: a sum of factor * u^p * v^q.

export interface Powers {
  p: number;
  q: number;
}

/** Powers of u and v of every term with `from` <= p + q <= `to`. */
export function powersBetween(from: number, to: number): readonly Powers[] {
  const powers: Powers[] = [];
  for (let total = from; total <= to; total++) for (let q = 0; q <= total; q++) powers.push({ p: total - q, q });
  return powers;
}

/** The value of each term without its factor. */
export const termsAt = (powers: readonly Powers[], u: number, v: number): number[] =>
  powers.map(({ p, q }) => power(u, p) * power(v, q));

/** Whole powers: several times faster than the general function, and this is asked a hundred thousand times. */
export function power(base: number, exponent: number): number {
  let product = 1;
  for (let i = 0; i < exponent; i++) product *= base;
  return product;
}
