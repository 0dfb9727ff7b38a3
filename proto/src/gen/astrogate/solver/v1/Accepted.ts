// Original file: proto/astrogate/solver/v1/solver.proto


export interface Accepted {
  /**
   * Attempts that waited for a slot before this one when it came, 0 or more.
   */
  'waitedBehind'?: (number);
}

export interface Accepted__Output {
  /**
   * Attempts that waited for a slot before this one when it came, 0 or more.
   */
  'waitedBehind': (number);
}
