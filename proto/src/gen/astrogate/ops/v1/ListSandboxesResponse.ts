// Original file: proto/astrogate/ops/v1/ops.proto

import type { SandboxInfo as _astrogate_ops_v1_SandboxInfo, SandboxInfo__Output as _astrogate_ops_v1_SandboxInfo__Output } from '../../../astrogate/ops/v1/SandboxInfo.js';

export interface ListSandboxesResponse {
  'sandboxes'?: (_astrogate_ops_v1_SandboxInfo)[];
}

export interface ListSandboxesResponse__Output {
  'sandboxes': (_astrogate_ops_v1_SandboxInfo__Output)[];
}
