// Original file: proto/astrogate/solver/v1/solver.proto

import type { Long } from '@grpc/proto-loader';

export interface GetCapacityResponse {
  /**
   * Attempts that may run at once, >= 1.
   */
  'slots'?: (number);
  /**
   * Attempts that run now, 0 to slots.
   */
  'running'?: (number);
  /**
   * Attempts that wait for a slot now.
   */
  'waiting'?: (number);
  /**
   * Attempts that may wait at the most.
   */
  'maxWaiting'?: (number);
  /**
   * False while draining or without an engine.
   */
  'accepting'?: (boolean);
  /**
   * Largest upload that is taken, in bytes.
   */
  'maxUploadBytes'?: (number | string | Long);
}

export interface GetCapacityResponse__Output {
  /**
   * Attempts that may run at once, >= 1.
   */
  'slots': (number);
  /**
   * Attempts that run now, 0 to slots.
   */
  'running': (number);
  /**
   * Attempts that wait for a slot now.
   */
  'waiting': (number);
  /**
   * Attempts that may wait at the most.
   */
  'maxWaiting': (number);
  /**
   * False while draining or without an engine.
   */
  'accepting': (boolean);
  /**
   * Largest upload that is taken, in bytes.
   */
  'maxUploadBytes': (number);
}
