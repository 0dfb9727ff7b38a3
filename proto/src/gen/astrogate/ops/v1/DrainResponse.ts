// Original file: proto/astrogate/ops/v1/ops.proto


export interface DrainResponse {
  /**
   * Attempts that still run; 0 when the drain is complete.
   */
  'running'?: (number);
}

export interface DrainResponse__Output {
  /**
   * Attempts that still run; 0 when the drain is complete.
   */
  'running': (number);
}
