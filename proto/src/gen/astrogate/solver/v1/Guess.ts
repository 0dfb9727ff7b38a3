// Original file: proto/astrogate/solver/v1/solver.proto

import type { HintSource as _astrogate_solver_v1_HintSource, HintSource__Output as _astrogate_solver_v1_HintSource__Output } from '../../../astrogate/solver/v1/HintSource.js';
import type { Parity as _astrogate_solver_v1_Parity, Parity__Output as _astrogate_solver_v1_Parity__Output } from '../../../astrogate/solver/v1/Parity.js';

/**
 * Something that may be true of the picture and may be wrong. Holds a scale, a field width, a position or a parity.
 */
export interface Guess {
  /**
   * HINT_SOURCE_HEADER: the caller's fields stand in Hints, and learning is the solver's own business.
   */
  'source'?: (_astrogate_solver_v1_HintSource);
  /**
   * Lower bound of the pixel scale in arcsec/pixel of the picture as uploaded, > 0. Goes with scale_high.
   */
  'scaleLow'?: (number | string);
  /**
   * Upper bound of the pixel scale in arcsec/pixel, >= scale_low, <= 36000.
   */
  'scaleHigh'?: (number | string);
  /**
   * Lower bound of the field width in degrees, > 0. Used when no pixel scale is given. Goes with width_high.
   */
  'widthLow'?: (number | string);
  /**
   * Upper bound of the field width in degrees, >= width_low, <= 360.
   */
  'widthHigh'?: (number | string);
  /**
   * Right ascension of the supposed centre in degrees, 0 <= ra < 360. Goes with dec and radius.
   */
  'ra'?: (number | string);
  /**
   * Declination of the supposed centre in degrees, -90 to 90.
   */
  'dec'?: (number | string);
  /**
   * How far from (ra, dec) the centre may be, in degrees, > 0 and <= 180.
   */
  'radius'?: (number | string);
  /**
   * Which way round the picture is. Unspecified: not known.
   */
  'parity'?: (_astrogate_solver_v1_Parity);
  '_scaleLow'?: "scaleLow";
  '_scaleHigh'?: "scaleHigh";
  '_widthLow'?: "widthLow";
  '_widthHigh'?: "widthHigh";
  '_ra'?: "ra";
  '_dec'?: "dec";
  '_radius'?: "radius";
}

/**
 * Something that may be true of the picture and may be wrong. Holds a scale, a field width, a position or a parity.
 */
export interface Guess__Output {
  /**
   * HINT_SOURCE_HEADER: the caller's fields stand in Hints, and learning is the solver's own business.
   */
  'source': (_astrogate_solver_v1_HintSource__Output);
  /**
   * Lower bound of the pixel scale in arcsec/pixel of the picture as uploaded, > 0. Goes with scale_high.
   */
  'scaleLow'?: (number);
  /**
   * Upper bound of the pixel scale in arcsec/pixel, >= scale_low, <= 36000.
   */
  'scaleHigh'?: (number);
  /**
   * Lower bound of the field width in degrees, > 0. Used when no pixel scale is given. Goes with width_high.
   */
  'widthLow'?: (number);
  /**
   * Upper bound of the field width in degrees, >= width_low, <= 360.
   */
  'widthHigh'?: (number);
  /**
   * Right ascension of the supposed centre in degrees, 0 <= ra < 360. Goes with dec and radius.
   */
  'ra'?: (number);
  /**
   * Declination of the supposed centre in degrees, -90 to 90.
   */
  'dec'?: (number);
  /**
   * How far from (ra, dec) the centre may be, in degrees, > 0 and <= 180.
   */
  'radius'?: (number);
  /**
   * Which way round the picture is. Unspecified: not known.
   */
  'parity': (_astrogate_solver_v1_Parity__Output);
  '_scaleLow'?: "scaleLow";
  '_scaleHigh'?: "scaleHigh";
  '_widthLow'?: "widthLow";
  '_widthHigh'?: "widthHigh";
  '_ra'?: "ra";
  '_dec'?: "dec";
  '_radius'?: "radius";
}
