// Original file: proto/astrogate/solver/v1/solver.proto

import type { Parity as _astrogate_solver_v1_Parity, Parity__Output as _astrogate_solver_v1_Parity__Output } from '../../../astrogate/solver/v1/Parity.js';

export interface Hints {
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
   * Which way round the picture is. Unspecified: both are tried.
   */
  'parity'?: (_astrogate_solver_v1_Parity);
  /**
   * Bin the picture by this factor before stars are looked for: 1 to 16. Absent: each recipe chooses.
   */
  'downsample'?: (number);
  /**
   * First source (by brightness, 1-based) of the range that is searched: 1 to 1000. Absent: 1.
   */
  'depthLow'?: (number);
  /**
   * Last source of the range that is searched: depth_low to 1000. Absent: each recipe chooses.
   */
  'depthHigh'?: (number);
  /**
   * Highest order of the SIP distortion polynomials fitted to the match: 1 (none) to 5; a lower one is taken where the
   * stars ask for no more. Absent: 2.
   */
  'tweakOrder'?: (number);
  '_scaleLow'?: "scaleLow";
  '_scaleHigh'?: "scaleHigh";
  '_widthLow'?: "widthLow";
  '_widthHigh'?: "widthHigh";
  '_ra'?: "ra";
  '_dec'?: "dec";
  '_radius'?: "radius";
  '_downsample'?: "downsample";
  '_depthLow'?: "depthLow";
  '_depthHigh'?: "depthHigh";
  '_tweakOrder'?: "tweakOrder";
}

export interface Hints__Output {
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
   * Which way round the picture is. Unspecified: both are tried.
   */
  'parity': (_astrogate_solver_v1_Parity__Output);
  /**
   * Bin the picture by this factor before stars are looked for: 1 to 16. Absent: each recipe chooses.
   */
  'downsample'?: (number);
  /**
   * First source (by brightness, 1-based) of the range that is searched: 1 to 1000. Absent: 1.
   */
  'depthLow'?: (number);
  /**
   * Last source of the range that is searched: depth_low to 1000. Absent: each recipe chooses.
   */
  'depthHigh'?: (number);
  /**
   * Highest order of the SIP distortion polynomials fitted to the match: 1 (none) to 5; a lower one is taken where the
   * stars ask for no more. Absent: 2.
   */
  'tweakOrder'?: (number);
  '_scaleLow'?: "scaleLow";
  '_scaleHigh'?: "scaleHigh";
  '_widthLow'?: "widthLow";
  '_widthHigh'?: "widthHigh";
  '_ra'?: "ra";
  '_dec'?: "dec";
  '_radius'?: "radius";
  '_downsample'?: "downsample";
  '_depthLow'?: "depthLow";
  '_depthHigh'?: "depthHigh";
  '_tweakOrder'?: "tweakOrder";
}
