// Original file: proto/astrogate/ops/v1/ops.proto


/**
 * By how much timers of the process were late in the last 30 to 60 seconds. Seconds, >= 0.
 */
export interface EventLoopDelay {
  'medianSeconds'?: (number | string);
  'p99Seconds'?: (number | string);
  'maxSeconds'?: (number | string);
}

/**
 * By how much timers of the process were late in the last 30 to 60 seconds. Seconds, >= 0.
 */
export interface EventLoopDelay__Output {
  'medianSeconds': (number);
  'p99Seconds': (number);
  'maxSeconds': (number);
}
