// Original file: proto/astrogate/ops/v1/ops.proto

export const SolverState = {
  SOLVER_STATE_UNSPECIFIED: 'SOLVER_STATE_UNSPECIFIED',
  SOLVER_STATE_SERVING: 'SOLVER_STATE_SERVING',
  /**
   * The engine does not answer; attempts are refused with UNAVAILABLE until it does.
   */
  SOLVER_STATE_ENGINE_LOST: 'SOLVER_STATE_ENGINE_LOST',
  SOLVER_STATE_DRAINING: 'SOLVER_STATE_DRAINING',
} as const;

export type SolverState =
  | 'SOLVER_STATE_UNSPECIFIED'
  | 0
  | 'SOLVER_STATE_SERVING'
  | 1
  /**
   * The engine does not answer; attempts are refused with UNAVAILABLE until it does.
   */
  | 'SOLVER_STATE_ENGINE_LOST'
  | 2
  | 'SOLVER_STATE_DRAINING'
  | 3

export type SolverState__Output = typeof SolverState[keyof typeof SolverState]
