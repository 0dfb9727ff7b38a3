// Original file: proto/astrogate/solver/v1/solver.proto

import type { Stage as _astrogate_solver_v1_Stage, Stage__Output as _astrogate_solver_v1_Stage__Output } from '../../../astrogate/solver/v1/Stage.js';

export interface Progress {
  'stage'?: (_astrogate_solver_v1_Stage);
  /**
   * What is being done, for people: at most 200 characters, no control characters.
   */
  'detail'?: (string);
  /**
   * Seconds since the attempt started, >= 0.
   */
  'elapsedSeconds'?: (number | string);
}

export interface Progress__Output {
  'stage': (_astrogate_solver_v1_Stage__Output);
  /**
   * What is being done, for people: at most 200 characters, no control characters.
   */
  'detail': (string);
  /**
   * Seconds since the attempt started, >= 0.
   */
  'elapsedSeconds': (number);
}
