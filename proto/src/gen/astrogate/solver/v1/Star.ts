// Original file: proto/astrogate/solver/v1/solver.proto


export interface Star {
  /**
   * 1-based FITS pixels.
   */
  'x'?: (number | string);
  'y'?: (number | string);
  /**
   * Instrumental flux, in counts above the background.
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
   * Instrumental flux, in counts above the background.
   */
  'flux': (number);
}
