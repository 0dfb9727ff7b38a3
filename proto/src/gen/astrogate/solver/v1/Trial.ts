// Original file: proto/astrogate/solver/v1/solver.proto

import type { HintSource as _astrogate_solver_v1_HintSource, HintSource__Output as _astrogate_solver_v1_HintSource__Output } from '../../../astrogate/solver/v1/HintSource.js';

export interface Trial {
  'recipe'?: (string);
  /**
   * "none", "scale", "position", "scale+position" or "parity".
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
  /**
   * Where its hint comes from. Unspecified: a blind search.
   */
  'hintSource'?: (_astrogate_solver_v1_HintSource);
}

export interface Trial__Output {
  'recipe': (string);
  /**
   * "none", "scale", "position", "scale+position" or "parity".
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
  /**
   * Where its hint comes from. Unspecified: a blind search.
   */
  'hintSource': (_astrogate_solver_v1_HintSource__Output);
}
