// GetCapacity and ListIndexes.
import type { Logger } from '@astrogate/common';
import type { SolverServiceHandlers, StarIndexInit } from '@astrogate/proto';
import type { Admission } from '../jobs/admission.js';
import type { SolverState } from '../solver-state.js';
import { unary } from './unary.js';

interface Parts {
  readonly admission: Admission;
  readonly state: SolverState;
  readonly indexes: readonly StarIndexInit[];
  readonly limits: { readonly slots: number; readonly maxWaiting: number; readonly maxUploadBytes: number };
  readonly log: Logger;
}

export function createSolverHandlers(parts: Parts): Pick<SolverServiceHandlers, 'GetCapacity' | 'ListIndexes'> {
  const { admission, state, limits, log } = parts;
  return {
    GetCapacity: unary(log, () => ({
      slots: limits.slots,
      running: admission.running,
      waiting: admission.waiting,
      maxWaiting: limits.maxWaiting,
      accepting: state.name === 'SERVING',
      maxUploadBytes: limits.maxUploadBytes,
    })),
    ListIndexes: unary(log, () => ({ indexes: [...parts.indexes] })),
  };
}
