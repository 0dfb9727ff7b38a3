// Original file: proto/astrogate/admin/v1/admin.proto


export interface GetCapabilitiesResponse {
  /**
   * False when this solver has no engine; the other methods then answer UNAVAILABLE.
   */
  'engine'?: (boolean);
  /**
   * The configured aliases.
   */
  'targets'?: (string)[];
}

export interface GetCapabilitiesResponse__Output {
  /**
   * False when this solver has no engine; the other methods then answer UNAVAILABLE.
   */
  'engine': (boolean);
  /**
   * The configured aliases.
   */
  'targets': (string)[];
}
