// Original file: proto/astrogate/ops/v1/ops.proto


export interface SandboxInfo {
  'sandboxId'?: (string);
  /**
   * State that the engine reports, such as "running".
   */
  'state'?: (string);
  /**
   * RFC 3339 UTC.
   */
  'createdAt'?: (string);
  /**
   * RFC 3339 UTC; after this any solver may remove it.
   */
  'expiresAt'?: (string);
  /**
   * The job that it works on, when this process leased it.
   */
  'jobId'?: (string);
}

export interface SandboxInfo__Output {
  'sandboxId': (string);
  /**
   * State that the engine reports, such as "running".
   */
  'state': (string);
  /**
   * RFC 3339 UTC.
   */
  'createdAt': (string);
  /**
   * RFC 3339 UTC; after this any solver may remove it.
   */
  'expiresAt': (string);
  /**
   * The job that it works on, when this process leased it.
   */
  'jobId': (string);
}
