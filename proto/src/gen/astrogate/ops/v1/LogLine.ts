// Original file: proto/astrogate/ops/v1/ops.proto


export interface LogLine {
  /**
   * One JSON object, at most 16384 characters.
   */
  'json'?: (string);
}

export interface LogLine__Output {
  /**
   * One JSON object, at most 16384 characters.
   */
  'json': (string);
}
