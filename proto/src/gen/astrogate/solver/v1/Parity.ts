// Original file: proto/astrogate/solver/v1/solver.proto

/**
 * Sign of the determinant of the CD matrix. The first stored row is y = 1: a sky that is not mirrored is normal in
 * formats that store the bottom row first (FITS by custom), and flipped in those that store the top row first.
 */
export const Parity = {
  PARITY_UNSPECIFIED: 'PARITY_UNSPECIFIED',
  /**
   * det CD < 0.
   */
  PARITY_NORMAL: 'PARITY_NORMAL',
  /**
   * det CD > 0.
   */
  PARITY_FLIPPED: 'PARITY_FLIPPED',
} as const;

/**
 * Sign of the determinant of the CD matrix. The first stored row is y = 1: a sky that is not mirrored is normal in
 * formats that store the bottom row first (FITS by custom), and flipped in those that store the top row first.
 */
export type Parity =
  | 'PARITY_UNSPECIFIED'
  | 0
  /**
   * det CD < 0.
   */
  | 'PARITY_NORMAL'
  | 1
  /**
   * det CD > 0.
   */
  | 'PARITY_FLIPPED'
  | 2

/**
 * Sign of the determinant of the CD matrix. The first stored row is y = 1: a sky that is not mirrored is normal in
 * formats that store the bottom row first (FITS by custom), and flipped in those that store the top row first.
 */
export type Parity__Output = typeof Parity[keyof typeof Parity]
