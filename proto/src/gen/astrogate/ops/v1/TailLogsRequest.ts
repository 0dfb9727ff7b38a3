// Original file: proto/astrogate/ops/v1/ops.proto


export interface TailLogsRequest {
  /**
   * Lines to begin with: 0 to 1000. Absent: 100.
   */
  'lines'?: (number);
  'follow'?: (boolean);
  '_lines'?: "lines";
}

export interface TailLogsRequest__Output {
  /**
   * Lines to begin with: 0 to 1000. Absent: 100.
   */
  'lines'?: (number);
  'follow': (boolean);
  '_lines'?: "lines";
}
