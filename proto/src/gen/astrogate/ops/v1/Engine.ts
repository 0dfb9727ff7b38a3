// Original file: proto/astrogate/ops/v1/ops.proto


export interface Engine {
  /**
   * Version of the engine, such as "20.10.24+dfsg1"; empty when it never answered.
   */
  'version'?: (string);
  /**
   * API version in use, such as "1.41".
   */
  'apiVersion'?: (string);
  /**
   * Container runtime, such as "runc".
   */
  'runtime'?: (string);
  /**
   * 1 or 2.
   */
  'cgroupVersion'?: (number);
  'kernel'?: (string);
}

export interface Engine__Output {
  /**
   * Version of the engine, such as "20.10.24+dfsg1"; empty when it never answered.
   */
  'version': (string);
  /**
   * API version in use, such as "1.41".
   */
  'apiVersion': (string);
  /**
   * Container runtime, such as "runc".
   */
  'runtime': (string);
  /**
   * 1 or 2.
   */
  'cgroupVersion': (number);
  'kernel': (string);
}
