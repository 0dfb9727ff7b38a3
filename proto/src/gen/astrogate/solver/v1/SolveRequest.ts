// Original file: proto/astrogate/solver/v1/solver.proto

import type { SolveHeader as _astrogate_solver_v1_SolveHeader, SolveHeader__Output as _astrogate_solver_v1_SolveHeader__Output } from '../../../astrogate/solver/v1/SolveHeader.js';

export interface SolveRequest {
  /**
   * First message, exactly once.
   */
  'header'?: (_astrogate_solver_v1_SolveHeader | null);
  /**
   * 1 to 262144 bytes of the upload, in order.
   */
  'chunk'?: (Buffer | Uint8Array | string);
  'part'?: "header"|"chunk";
}

export interface SolveRequest__Output {
  /**
   * First message, exactly once.
   */
  'header'?: (_astrogate_solver_v1_SolveHeader__Output | null);
  /**
   * 1 to 262144 bytes of the upload, in order.
   */
  'chunk'?: (Buffer);
  'part'?: "header"|"chunk";
}
