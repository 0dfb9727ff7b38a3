// Original file: proto/astrogate/solver/v1/solver.proto

import type { Trial as _astrogate_solver_v1_Trial, Trial__Output as _astrogate_solver_v1_Trial__Output } from '../../../astrogate/solver/v1/Trial.js';

export interface Failure {
  /**
   * A code of the error table, such as "image_unreadable" or "timeout".
   */
  'code'?: (string);
  /**
   * For the caller: at most 300 characters, no control characters.
   */
  'message'?: (string);
  /**
   * What had been tried before it failed.
   */
  'tried'?: (_astrogate_solver_v1_Trial)[];
}

export interface Failure__Output {
  /**
   * A code of the error table, such as "image_unreadable" or "timeout".
   */
  'code': (string);
  /**
   * For the caller: at most 300 characters, no control characters.
   */
  'message': (string);
  /**
   * What had been tried before it failed.
   */
  'tried': (_astrogate_solver_v1_Trial__Output)[];
}
