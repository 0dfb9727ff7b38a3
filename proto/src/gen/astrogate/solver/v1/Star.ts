// Original file: proto/astrogate/solver/v1/solver.proto


export interface Star {
  /**
   * 1-based FITS pixels.
   */
  'x'?: (number | string);
  'y'?: (number | string);
  /**
   * Brightness as the star finder of the winning recipe has it: light, or height of the peak, above the background.
   */
  'flux'?: (number | string);
}

export interface Star__Output {
  /**
   * 1-based FITS pixels.
   */
  'x': (number);
  'y': (number);
  /**
   * Brightness as the star finder of the winning recipe has it: light, or height of the peak, above the background.
   */
  'flux': (number);
}
