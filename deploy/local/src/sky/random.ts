// Random numbers that are the same on every run.

export interface Random {
  /** 0 <= value < 1 */
  uniform(): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
}

/** Algorithm: mulberry32 for the uniform numbers, Box and Muller for the normal ones. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}
