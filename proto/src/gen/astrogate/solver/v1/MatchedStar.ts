// Original file: proto/astrogate/solver/v1/solver.proto


export interface MatchedStar {
  /**
   * Where it is in the picture, 1-based FITS pixels.
   */
  'x'?: (number | string);
  'y'?: (number | string);
  /**
   * Where the catalogue has it, J2000/ICRS degrees.
   */
  'ra'?: (number | string);
  'dec'?: (number | string);
}

export interface MatchedStar__Output {
  /**
   * Where it is in the picture, 1-based FITS pixels.
   */
  'x': (number);
  'y': (number);
  /**
   * Where the catalogue has it, J2000/ICRS degrees.
   */
  'ra': (number);
  'dec': (number);
}
