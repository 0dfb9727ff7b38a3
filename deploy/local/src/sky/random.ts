// Random numbers that are the same on every run.

export interface Random {
  /** 0 <= value < 1 */
  uniform(): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
}

// Taken out of Math once: under a test runner the look-up costs more than the function.
const { PI, cos, imul, log, sqrt } = Math;

/** Algorithm: mulberry32 for the uniform numbers, Box and Muller for the normal ones. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => sqrt(-2 * log(1 - uniform())) * cos(2 * PI * uniform());
  return { uniform, normal };
}
