// Original file: proto/astrogate/solver/v1/solver.proto

import type { StarIndex as _astrogate_solver_v1_StarIndex, StarIndex__Output as _astrogate_solver_v1_StarIndex__Output } from '../../../astrogate/solver/v1/StarIndex.js';

export interface ListIndexesResponse {
  'indexes'?: (_astrogate_solver_v1_StarIndex)[];
}

export interface ListIndexesResponse__Output {
  'indexes': (_astrogate_solver_v1_StarIndex__Output)[];
}
