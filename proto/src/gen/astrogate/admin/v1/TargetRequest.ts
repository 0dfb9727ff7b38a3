// Original file: proto/astrogate/admin/v1/admin.proto


export interface TargetRequest {
  /**
   * One of the configured aliases.
   */
  'alias'?: (string);
  /**
   * Who caused this, for the audit line: 1 to 64 characters of [A-Za-z0-9_@.:-].
   */
  'actor'?: (string);
  /**
   * The HTTP request or command that caused it: 1 to 64 characters of [A-Za-z0-9_-].
   */
  'requestId'?: (string);
  /**
   * Seconds to wait after SIGTERM before SIGKILL, for stop and restart: 0 to 120. Absent: 10.
   */
  'graceSeconds'?: (number);
  '_graceSeconds'?: "graceSeconds";
}

export interface TargetRequest__Output {
  /**
   * One of the configured aliases.
   */
  'alias': (string);
  /**
   * Who caused this, for the audit line: 1 to 64 characters of [A-Za-z0-9_@.:-].
   */
  'actor': (string);
  /**
   * The HTTP request or command that caused it: 1 to 64 characters of [A-Za-z0-9_-].
   */
  'requestId': (string);
  /**
   * Seconds to wait after SIGTERM before SIGKILL, for stop and restart: 0 to 120. Absent: 10.
   */
  'graceSeconds'?: (number);
  '_graceSeconds'?: "graceSeconds";
}
