// Which backups are no longer kept. Pure.
import type { Backup } from './backup.js';

export interface RetentionRule {
  /** So many of the newest good ones are kept, whatever their age. */
  readonly newest: number;
  /** What is younger is kept, whatever its number. */
  readonly days: number;
}

const dayMs = 86_400_000;

/**
 * The ids of those that may go. Never the newest good one, one that a restore would go back to, or one that is being
 * made (whoever makes it decides about that).
 */
export function outdatedBackups(backups: readonly Backup[], { newest, days }: RetentionRule, now: Date): string[] {
  const youngest = now.getTime() - days * dayMs;
  const good = backups.filter(({ state }) => state === 'good').sort((a, b) => b.madeAt.getTime() - a.madeAt.getTime());
  const kept = new Set(good.slice(0, Math.max(newest, 1)).map(({ id }) => id));
  return backups
    .filter(
      ({ id, state, madeAt, neededBy }) =>
        state !== 'making' && neededBy === undefined && !kept.has(id) && madeAt.getTime() < youngest,
    )
    .map(({ id }) => id);
}
