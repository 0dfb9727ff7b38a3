// Original file: proto/astrogate/solver/v1/solver.proto

import type { Solution as _astrogate_solver_v1_Solution, Solution__Output as _astrogate_solver_v1_Solution__Output } from '../../../astrogate/solver/v1/Solution.js';
import type { NotSolved as _astrogate_solver_v1_NotSolved, NotSolved__Output as _astrogate_solver_v1_NotSolved__Output } from '../../../astrogate/solver/v1/NotSolved.js';
import type { Failure as _astrogate_solver_v1_Failure, Failure__Output as _astrogate_solver_v1_Failure__Output } from '../../../astrogate/solver/v1/Failure.js';
import type { StageTiming as _astrogate_solver_v1_StageTiming, StageTiming__Output as _astrogate_solver_v1_StageTiming__Output } from '../../../astrogate/solver/v1/StageTiming.js';
import type { Versions as _astrogate_solver_v1_Versions, Versions__Output as _astrogate_solver_v1_Versions__Output } from '../../../astrogate/solver/v1/Versions.js';
import type { Picture as _astrogate_solver_v1_Picture, Picture__Output as _astrogate_solver_v1_Picture__Output } from '../../../astrogate/solver/v1/Picture.js';

export interface Outcome {
  'solution'?: (_astrogate_solver_v1_Solution | null);
  'notSolved'?: (_astrogate_solver_v1_NotSolved | null);
  'failure'?: (_astrogate_solver_v1_Failure | null);
  /**
   * How long each stage took.
   */
  'timings'?: (_astrogate_solver_v1_StageTiming)[];
  /**
   * Programs and data that took part.
   */
  'versions'?: (_astrogate_solver_v1_Versions | null);
  /**
   * The picture as decoded. Absent when it could not be read.
   */
  'picture'?: (_astrogate_solver_v1_Picture | null);
  'result'?: "solution"|"notSolved"|"failure";
}

export interface Outcome__Output {
  'solution'?: (_astrogate_solver_v1_Solution__Output | null);
  'notSolved'?: (_astrogate_solver_v1_NotSolved__Output | null);
  'failure'?: (_astrogate_solver_v1_Failure__Output | null);
  /**
   * How long each stage took.
   */
  'timings': (_astrogate_solver_v1_StageTiming__Output)[];
  /**
   * Programs and data that took part.
   */
  'versions': (_astrogate_solver_v1_Versions__Output | null);
  /**
   * The picture as decoded. Absent when it could not be read.
   */
  'picture': (_astrogate_solver_v1_Picture__Output | null);
  'result'?: "solution"|"notSolved"|"failure";
}
