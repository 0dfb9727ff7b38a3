// Original file: proto/astrogate/solver/v1/solver.proto

import type { Accepted as _astrogate_solver_v1_Accepted, Accepted__Output as _astrogate_solver_v1_Accepted__Output } from '../../../astrogate/solver/v1/Accepted.js';
import type { Started as _astrogate_solver_v1_Started, Started__Output as _astrogate_solver_v1_Started__Output } from '../../../astrogate/solver/v1/Started.js';
import type { Progress as _astrogate_solver_v1_Progress, Progress__Output as _astrogate_solver_v1_Progress__Output } from '../../../astrogate/solver/v1/Progress.js';
import type { Outcome as _astrogate_solver_v1_Outcome, Outcome__Output as _astrogate_solver_v1_Outcome__Output } from '../../../astrogate/solver/v1/Outcome.js';

export interface SolveEvent {
  /**
   * The header is valid and a slot is held.
   */
  'accepted'?: (_astrogate_solver_v1_Accepted | null);
  /**
   * The upload is complete and a sandbox works on it.
   */
  'started'?: (_astrogate_solver_v1_Started | null);
  'progress'?: (_astrogate_solver_v1_Progress | null);
  /**
   * Last event.
   */
  'outcome'?: (_astrogate_solver_v1_Outcome | null);
  'event'?: "accepted"|"started"|"progress"|"outcome";
}

export interface SolveEvent__Output {
  /**
   * The header is valid and a slot is held.
   */
  'accepted'?: (_astrogate_solver_v1_Accepted__Output | null);
  /**
   * The upload is complete and a sandbox works on it.
   */
  'started'?: (_astrogate_solver_v1_Started__Output | null);
  'progress'?: (_astrogate_solver_v1_Progress__Output | null);
  /**
   * Last event.
   */
  'outcome'?: (_astrogate_solver_v1_Outcome__Output | null);
  'event'?: "accepted"|"started"|"progress"|"outcome";
}
