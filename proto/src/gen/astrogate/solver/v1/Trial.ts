// Original file: proto/astrogate/solver/v1/solver.proto


export interface Trial {
  'recipe'?: (string);
  /**
   * "none", "scale", "position" or "scale+position".
   */
  'hint'?: (string);
  /**
   * Sources that were searched with.
   */
  'sources'?: (number);
  /**
   * How it ended, for people: "gave up", "too few stars", "stopped".
   */
  'result'?: (string);
  /**
   * Wall-clock seconds, >= 0.
   */
  'seconds'?: (number | string);
}

export interface Trial__Output {
  'recipe': (string);
  /**
   * "none", "scale", "position" or "scale+position".
   */
  'hint': (string);
  /**
   * Sources that were searched with.
   */
  'sources': (number);
  /**
   * How it ended, for people: "gave up", "too few stars", "stopped".
   */
  'result': (string);
  /**
   * Wall-clock seconds, >= 0.
   */
  'seconds': (number);
}
