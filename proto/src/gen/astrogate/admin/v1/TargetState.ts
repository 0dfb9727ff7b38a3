// Original file: proto/astrogate/admin/v1/admin.proto

export const TargetState = {
  TARGET_STATE_UNSPECIFIED: 'TARGET_STATE_UNSPECIFIED',
  /**
   * No container carries the labels of this alias.
   */
  TARGET_STATE_ABSENT: 'TARGET_STATE_ABSENT',
  TARGET_STATE_RUNNING: 'TARGET_STATE_RUNNING',
  TARGET_STATE_EXITED: 'TARGET_STATE_EXITED',
  /**
   * Created, paused, restarting, removing or dead.
   */
  TARGET_STATE_OTHER: 'TARGET_STATE_OTHER',
  /**
   * More than one container carries the labels; nothing is done to either.
   */
  TARGET_STATE_AMBIGUOUS: 'TARGET_STATE_AMBIGUOUS',
} as const;

export type TargetState =
  | 'TARGET_STATE_UNSPECIFIED'
  | 0
  /**
   * No container carries the labels of this alias.
   */
  | 'TARGET_STATE_ABSENT'
  | 1
  | 'TARGET_STATE_RUNNING'
  | 2
  | 'TARGET_STATE_EXITED'
  | 3
  /**
   * Created, paused, restarting, removing or dead.
   */
  | 'TARGET_STATE_OTHER'
  | 4
  /**
   * More than one container carries the labels; nothing is done to either.
   */
  | 'TARGET_STATE_AMBIGUOUS'
  | 5

export type TargetState__Output = typeof TargetState[keyof typeof TargetState]
