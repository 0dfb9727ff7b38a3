// Original file: proto/astrogate/ops/v1/ops.proto

import type { SolverState as _astrogate_ops_v1_SolverState, SolverState__Output as _astrogate_ops_v1_SolverState__Output } from '../../../astrogate/ops/v1/SolverState.js';
import type { Engine as _astrogate_ops_v1_Engine, Engine__Output as _astrogate_ops_v1_Engine__Output } from '../../../astrogate/ops/v1/Engine.js';
import type { Ended as _astrogate_ops_v1_Ended, Ended__Output as _astrogate_ops_v1_Ended__Output } from '../../../astrogate/ops/v1/Ended.js';
import type { EventLoopDelay as _astrogate_ops_v1_EventLoopDelay, EventLoopDelay__Output as _astrogate_ops_v1_EventLoopDelay__Output } from '../../../astrogate/ops/v1/EventLoopDelay.js';
import type { Long } from '@grpc/proto-loader';

export interface GetStatusResponse {
  'state'?: (_astrogate_ops_v1_SolverState);
  'version'?: (string);
  /**
   * Seconds since the process started, >= 0.
   */
  'uptimeSeconds'?: (number | string);
  /**
   * Persisted name of this solver.
   */
  'instanceId'?: (string);
  'engine'?: (_astrogate_ops_v1_Engine | null);
  /**
   * Image that sandboxes are made from: "sha256:" and 64 hex digits.
   */
  'sandboxImage'?: (string);
  /**
   * Attempts that may run at once.
   */
  'slots'?: (number);
  /**
   * Attempts that run now.
   */
  'running'?: (number);
  /**
   * Attempts that wait for a slot.
   */
  'waiting'?: (number);
  /**
   * Sandboxes that are ready for a job.
   */
  'warm'?: (number);
  /**
   * How the attempts of this process have ended.
   */
  'ended'?: (_astrogate_ops_v1_Ended | null);
  'eventLoopDelay'?: (_astrogate_ops_v1_EventLoopDelay | null);
  /**
   * Memory that the process holds.
   */
  'memoryBytes'?: (number | string | Long);
  /**
   * Processor time of the process, user and system.
   */
  'cpuSeconds'?: (number | string);
}

export interface GetStatusResponse__Output {
  'state': (_astrogate_ops_v1_SolverState__Output);
  'version': (string);
  /**
   * Seconds since the process started, >= 0.
   */
  'uptimeSeconds': (number);
  /**
   * Persisted name of this solver.
   */
  'instanceId': (string);
  'engine': (_astrogate_ops_v1_Engine__Output | null);
  /**
   * Image that sandboxes are made from: "sha256:" and 64 hex digits.
   */
  'sandboxImage': (string);
  /**
   * Attempts that may run at once.
   */
  'slots': (number);
  /**
   * Attempts that run now.
   */
  'running': (number);
  /**
   * Attempts that wait for a slot.
   */
  'waiting': (number);
  /**
   * Sandboxes that are ready for a job.
   */
  'warm': (number);
  /**
   * How the attempts of this process have ended.
   */
  'ended': (_astrogate_ops_v1_Ended__Output | null);
  'eventLoopDelay': (_astrogate_ops_v1_EventLoopDelay__Output | null);
  /**
   * Memory that the process holds.
   */
  'memoryBytes': (number);
  /**
   * Processor time of the process, user and system.
   */
  'cpuSeconds': (number);
}
