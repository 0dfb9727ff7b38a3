// Original file: proto/astrogate/solver/v1/solver.proto

import type { ImageFormat as _astrogate_solver_v1_ImageFormat, ImageFormat__Output as _astrogate_solver_v1_ImageFormat__Output } from '../../../astrogate/solver/v1/ImageFormat.js';

export interface Picture {
  /**
   * Format found by content.
   */
  'format'?: (_astrogate_solver_v1_ImageFormat);
  /**
   * Pixels, 1 to 65535.
   */
  'width'?: (number);
  /**
   * Pixels, 1 to 65535.
   */
  'height'?: (number);
  /**
   * 1 (grey) to 4.
   */
  'channels'?: (number);
  /**
   * Bits per sample: 1 to 64.
   */
  'bits'?: (number);
}

export interface Picture__Output {
  /**
   * Format found by content.
   */
  'format': (_astrogate_solver_v1_ImageFormat__Output);
  /**
   * Pixels, 1 to 65535.
   */
  'width': (number);
  /**
   * Pixels, 1 to 65535.
   */
  'height': (number);
  /**
   * 1 (grey) to 4.
   */
  'channels': (number);
  /**
   * Bits per sample: 1 to 64.
   */
  'bits': (number);
}
