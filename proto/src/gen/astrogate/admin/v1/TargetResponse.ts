// Original file: proto/astrogate/admin/v1/admin.proto

import type { Target as _astrogate_admin_v1_Target, Target__Output as _astrogate_admin_v1_Target__Output } from '../../../astrogate/admin/v1/Target.js';

export interface TargetResponse {
  /**
   * The state after the act.
   */
  'target'?: (_astrogate_admin_v1_Target | null);
  /**
   * Seconds that the act took, >= 0.
   */
  'seconds'?: (number | string);
}

export interface TargetResponse__Output {
  /**
   * The state after the act.
   */
  'target': (_astrogate_admin_v1_Target__Output | null);
  /**
   * Seconds that the act took, >= 0.
   */
  'seconds': (number);
}
