// Original file: proto/astrogate/solver/v1/solver.proto

export const Stage = {
  STAGE_UNSPECIFIED: 'STAGE_UNSPECIFIED',
  /**
   * Reading the picture.
   */
  STAGE_DECODE: 'STAGE_DECODE',
  /**
   * Looking for stars.
   */
  STAGE_EXTRACT: 'STAGE_EXTRACT',
  /**
   * Searching the indexes.
   */
  STAGE_SEARCH: 'STAGE_SEARCH',
  /**
   * Fitting and packing the answer.
   */
  STAGE_REPORT: 'STAGE_REPORT',
} as const;

export type Stage =
  | 'STAGE_UNSPECIFIED'
  | 0
  /**
   * Reading the picture.
   */
  | 'STAGE_DECODE'
  | 1
  /**
   * Looking for stars.
   */
  | 'STAGE_EXTRACT'
  | 2
  /**
   * Searching the indexes.
   */
  | 'STAGE_SEARCH'
  | 3
  /**
   * Fitting and packing the answer.
   */
  | 'STAGE_REPORT'
  | 4

export type Stage__Output = typeof Stage[keyof typeof Stage]
