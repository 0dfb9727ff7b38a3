// Original file: proto/astrogate/solver/v1/solver.proto

/**
 * Where a hint comes from.
 */
export const HintSource = {
  /**
   * From nowhere: a blind search.
   */
  HINT_SOURCE_UNSPECIFIED: 'HINT_SOURCE_UNSPECIFIED',
  /**
   * The caller's own fields.
   */
  HINT_SOURCE_CALLER: 'HINT_SOURCE_CALLER',
  /**
   * The picture's FITS header or EXIF.
   */
  HINT_SOURCE_HEADER: 'HINT_SOURCE_HEADER',
  /**
   * The last solutions of the same caller_key for pictures of the same size and format.
   */
  HINT_SOURCE_LEARNED: 'HINT_SOURCE_LEARNED',
} as const;

/**
 * Where a hint comes from.
 */
export type HintSource =
  /**
   * From nowhere: a blind search.
   */
  | 'HINT_SOURCE_UNSPECIFIED'
  | 0
  /**
   * The caller's own fields.
   */
  | 'HINT_SOURCE_CALLER'
  | 1
  /**
   * The picture's FITS header or EXIF.
   */
  | 'HINT_SOURCE_HEADER'
  | 2
  /**
   * The last solutions of the same caller_key for pictures of the same size and format.
   */
  | 'HINT_SOURCE_LEARNED'
  | 3

/**
 * Where a hint comes from.
 */
export type HintSource__Output = typeof HintSource[keyof typeof HintSource]
