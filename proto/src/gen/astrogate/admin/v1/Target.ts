// Original file: proto/astrogate/admin/v1/admin.proto

import type { TargetState as _astrogate_admin_v1_TargetState, TargetState__Output as _astrogate_admin_v1_TargetState__Output } from '../../../astrogate/admin/v1/TargetState.js';

export interface Target {
  /**
   * Alias, 1 to 32 characters of [a-z0-9-].
   */
  'alias'?: (string);
  'state'?: (_astrogate_admin_v1_TargetState);
  /**
   * When the container was last started, RFC 3339 UTC; empty when never.
   */
  'startedAt'?: (string);
  /**
   * Exit code of the last run, meaningful when state is EXITED.
   */
  'exitCode'?: (number);
}

export interface Target__Output {
  /**
   * Alias, 1 to 32 characters of [a-z0-9-].
   */
  'alias': (string);
  'state': (_astrogate_admin_v1_TargetState__Output);
  /**
   * When the container was last started, RFC 3339 UTC; empty when never.
   */
  'startedAt': (string);
  /**
   * Exit code of the last run, meaningful when state is EXITED.
   */
  'exitCode': (number);
}
