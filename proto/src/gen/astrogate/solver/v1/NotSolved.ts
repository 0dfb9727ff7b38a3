// Original file: proto/astrogate/solver/v1/solver.proto

import type { Trial as _astrogate_solver_v1_Trial, Trial__Output as _astrogate_solver_v1_Trial__Output } from '../../../astrogate/solver/v1/Trial.js';
import type { Star as _astrogate_solver_v1_Star, Star__Output as _astrogate_solver_v1_Star__Output } from '../../../astrogate/solver/v1/Star.js';

export interface NotSolved {
  /**
   * What was tried, in order.
   */
  'tried'?: (_astrogate_solver_v1_Trial)[];
  /**
   * Stars found in the picture, brightest first.
   */
  'stars'?: (_astrogate_solver_v1_Star)[];
}

export interface NotSolved__Output {
  /**
   * What was tried, in order.
   */
  'tried': (_astrogate_solver_v1_Trial__Output)[];
  /**
   * Stars found in the picture, brightest first.
   */
  'stars': (_astrogate_solver_v1_Star__Output)[];
}
