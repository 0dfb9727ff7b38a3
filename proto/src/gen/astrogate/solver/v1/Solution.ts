// Original file: proto/astrogate/solver/v1/solver.proto

import type { Parity as _astrogate_solver_v1_Parity, Parity__Output as _astrogate_solver_v1_Parity__Output } from '../../../astrogate/solver/v1/Parity.js';
import type { Wcs as _astrogate_solver_v1_Wcs, Wcs__Output as _astrogate_solver_v1_Wcs__Output } from '../../../astrogate/solver/v1/Wcs.js';
import type { MatchedStar as _astrogate_solver_v1_MatchedStar, MatchedStar__Output as _astrogate_solver_v1_MatchedStar__Output } from '../../../astrogate/solver/v1/MatchedStar.js';
import type { Star as _astrogate_solver_v1_Star, Star__Output as _astrogate_solver_v1_Star__Output } from '../../../astrogate/solver/v1/Star.js';
import type { HintSource as _astrogate_solver_v1_HintSource, HintSource__Output as _astrogate_solver_v1_HintSource__Output } from '../../../astrogate/solver/v1/HintSource.js';

export interface Solution {
  /**
   * Field centre, J2000/ICRS degrees, 0 <= ra < 360.
   */
  'ra'?: (number | string);
  /**
   * Field centre, J2000/ICRS degrees, -90 to 90.
   */
  'dec'?: (number | string);
  /**
   * Mean pixel scale in arcsec/pixel of the picture as uploaded: 3600 * sqrt(|det CD|).
   */
  'pixelScale'?: (number | string);
  /**
   * Position angle of the +y pixel axis, degrees east of north, -180 to 180, from the linear part (as wcsinfo of
   * astrometry.net has it). The first stored row is y = 1 for every format, so on a raster picture +y points down.
   */
  'orientation'?: (number | string);
  'parity'?: (_astrogate_solver_v1_Parity);
  /**
   * Field width along the rows, degrees.
   */
  'fieldWidth'?: (number | string);
  /**
   * Field height along the columns, degrees.
   */
  'fieldHeight'?: (number | string);
  /**
   * Radius of the circle around the centre through the farthest corner, degrees.
   */
  'radius'?: (number | string);
  'wcs'?: (_astrogate_solver_v1_Wcs | null);
  /**
   * Stars used by the match.
   */
  'matched'?: (_astrogate_solver_v1_MatchedStar)[];
  /**
   * Stars found in the picture, brightest first.
   */
  'stars'?: (_astrogate_solver_v1_Star)[];
  /**
   * Natural logarithm of the odds that the match is real.
   */
  'logOdds'?: (number | string);
  /**
   * File name of the index that matched, such as "index-tycho2-10.littleendian.fits".
   */
  'index'?: (string);
  /**
   * The recipe that won.
   */
  'recipe'?: (string);
  /**
   * The hint that won: "none" for a blind search, else "scale", "position", "scale+position" or "parity" (alone).
   */
  'hint'?: (string);
  /**
   * Where that hint comes from: its scale, or its position when it has no scale. Unspecified: a blind search.
   */
  'hintSource'?: (_astrogate_solver_v1_HintSource);
}

export interface Solution__Output {
  /**
   * Field centre, J2000/ICRS degrees, 0 <= ra < 360.
   */
  'ra': (number);
  /**
   * Field centre, J2000/ICRS degrees, -90 to 90.
   */
  'dec': (number);
  /**
   * Mean pixel scale in arcsec/pixel of the picture as uploaded: 3600 * sqrt(|det CD|).
   */
  'pixelScale': (number);
  /**
   * Position angle of the +y pixel axis, degrees east of north, -180 to 180, from the linear part (as wcsinfo of
   * astrometry.net has it). The first stored row is y = 1 for every format, so on a raster picture +y points down.
   */
  'orientation': (number);
  'parity': (_astrogate_solver_v1_Parity__Output);
  /**
   * Field width along the rows, degrees.
   */
  'fieldWidth': (number);
  /**
   * Field height along the columns, degrees.
   */
  'fieldHeight': (number);
  /**
   * Radius of the circle around the centre through the farthest corner, degrees.
   */
  'radius': (number);
  'wcs': (_astrogate_solver_v1_Wcs__Output | null);
  /**
   * Stars used by the match.
   */
  'matched': (_astrogate_solver_v1_MatchedStar__Output)[];
  /**
   * Stars found in the picture, brightest first.
   */
  'stars': (_astrogate_solver_v1_Star__Output)[];
  /**
   * Natural logarithm of the odds that the match is real.
   */
  'logOdds': (number);
  /**
   * File name of the index that matched, such as "index-tycho2-10.littleendian.fits".
   */
  'index': (string);
  /**
   * The recipe that won.
   */
  'recipe': (string);
  /**
   * The hint that won: "none" for a blind search, else "scale", "position", "scale+position" or "parity" (alone).
   */
  'hint': (string);
  /**
   * Where that hint comes from: its scale, or its position when it has no scale. Unspecified: a blind search.
   */
  'hintSource': (_astrogate_solver_v1_HintSource__Output);
}
