// Original file: proto/astrogate/solver/v1/solver.proto


export interface Started {
  /**
   * The sandbox of this attempt.
   */
  'sandboxId'?: (string);
}

export interface Started__Output {
  /**
   * The sandbox of this attempt.
   */
  'sandboxId': (string);
}
