// Original file: proto/astrogate/admin/v1/admin.proto

import type { Target as _astrogate_admin_v1_Target, Target__Output as _astrogate_admin_v1_Target__Output } from '../../../astrogate/admin/v1/Target.js';

export interface ListTargetsResponse {
  'targets'?: (_astrogate_admin_v1_Target)[];
}

export interface ListTargetsResponse__Output {
  'targets': (_astrogate_admin_v1_Target__Output)[];
}
