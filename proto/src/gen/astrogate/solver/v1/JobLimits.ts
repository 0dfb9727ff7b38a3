// Original file: proto/astrogate/solver/v1/solver.proto


export interface JobLimits {
  /**
   * Longest time in seconds from the start of the attempt to its outcome: 1 to 600. Absent: 120.
   */
  'maxSeconds'?: (number | string);
  /**
   * How many stars of the list come back at the most: 0 to 5000. Absent: 1000.
   */
  'maxStars'?: (number);
  '_maxSeconds'?: "maxSeconds";
  '_maxStars'?: "maxStars";
}

export interface JobLimits__Output {
  /**
   * Longest time in seconds from the start of the attempt to its outcome: 1 to 600. Absent: 120.
   */
  'maxSeconds'?: (number);
  /**
   * How many stars of the list come back at the most: 0 to 5000. Absent: 1000.
   */
  'maxStars'?: (number);
  '_maxSeconds'?: "maxSeconds";
  '_maxStars'?: "maxStars";
}
