// Original file: proto/astrogate/ops/v1/ops.proto

import type { Long } from '@grpc/proto-loader';

export interface Ended {
  'solved'?: (number | string | Long);
  'notSolved'?: (number | string | Long);
  /**
   * Ended with a failure or a status other than OK.
   */
  'failed'?: (number | string | Long);
}

export interface Ended__Output {
  'solved': (number);
  'notSolved': (number);
  /**
   * Ended with a failure or a status other than OK.
   */
  'failed': (number);
}
