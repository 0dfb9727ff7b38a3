// Original file: proto/astrogate/solver/v1/solver.proto

/**
 * Sign of the determinant of the CD matrix.
 */
export const Parity = {
  PARITY_UNSPECIFIED: 'PARITY_UNSPECIFIED',
  /**
   * det CD < 0: east is to the left when north is up, as seen on the sky.
   */
  PARITY_NORMAL: 'PARITY_NORMAL',
  /**
   * det CD > 0: mirrored.
   */
  PARITY_FLIPPED: 'PARITY_FLIPPED',
} as const;

/**
 * Sign of the determinant of the CD matrix.
 */
export type Parity =
  | 'PARITY_UNSPECIFIED'
  | 0
  /**
   * det CD < 0: east is to the left when north is up, as seen on the sky.
   */
  | 'PARITY_NORMAL'
  | 1
  /**
   * det CD > 0: mirrored.
   */
  | 'PARITY_FLIPPED'
  | 2

/**
 * Sign of the determinant of the CD matrix.
 */
export type Parity__Output = typeof Parity[keyof typeof Parity]
