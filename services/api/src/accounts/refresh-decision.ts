// What becomes of a refresh token that is shown. Pure.

export interface ShownToken {
  readonly isUsed: boolean;
  readonly isExpired: boolean;
  /** Its session has ended, or its account is disabled. */
  readonly isOver: boolean;
}

/** `reuse`: somebody has shown it before, so that it is in two hands, and its session must end. */
export function decideRefresh(token: ShownToken | undefined): 'rotate' | 'refuse' | 'reuse' {
  if (!token || token.isOver) return 'refuse';
  if (token.isUsed) return 'reuse';
  return token.isExpired ? 'refuse' : 'rotate';
}
