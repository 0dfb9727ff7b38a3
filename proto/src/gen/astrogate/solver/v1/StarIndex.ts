// Original file: proto/astrogate/solver/v1/solver.proto

import type { Long } from '@grpc/proto-loader';

export interface StarIndex {
  /**
   * File name.
   */
  'name'?: (string);
  /**
   * Number in the astrometry.net scheme, such as 4107.
   */
  'indexId'?: (number);
  /**
   * Smallest quad in arcmin. Fields that this index fits are between this and a few times scale_high wide.
   */
  'scaleLow'?: (number | string);
  /**
   * Largest quad in arcmin.
   */
  'scaleHigh'?: (number | string);
  /**
   * File size in bytes.
   */
  'sizeBytes'?: (number | string | Long);
}

export interface StarIndex__Output {
  /**
   * File name.
   */
  'name': (string);
  /**
   * Number in the astrometry.net scheme, such as 4107.
   */
  'indexId': (number);
  /**
   * Smallest quad in arcmin. Fields that this index fits are between this and a few times scale_high wide.
   */
  'scaleLow': (number);
  /**
   * Largest quad in arcmin.
   */
  'scaleHigh': (number);
  /**
   * File size in bytes.
   */
  'sizeBytes': (number);
}
