// Original file: proto/astrogate/solver/v1/solver.proto

import type { Stage as _astrogate_solver_v1_Stage, Stage__Output as _astrogate_solver_v1_Stage__Output } from '../../../astrogate/solver/v1/Stage.js';

export interface StageTiming {
  'stage'?: (_astrogate_solver_v1_Stage);
  /**
   * Wall-clock seconds, >= 0.
   */
  'seconds'?: (number | string);
}

export interface StageTiming__Output {
  'stage': (_astrogate_solver_v1_Stage__Output);
  /**
   * Wall-clock seconds, >= 0.
   */
  'seconds': (number);
}
