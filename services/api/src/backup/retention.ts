// Which backups are no longer kept. Pure.
import { type Backup, type BackupKind, backupParts } from './backup.js';

export interface RetentionRule {
  /** So many of the newest good ones are kept, whatever their age. */
  readonly newest: number;
  /** What is younger is kept, whatever its number. */
  readonly days: number;
}

const dayMs = 86_400_000;

/** Each is counted by itself: a backup of Vault alone makes up for none of the tables, and a safety backup for none of a day. */
const groups: readonly (readonly BackupKind[])[] = [['manual', 'scheduled'], ['safety'], ['uploaded']];

/**
 * The ids of those that may go. Never one that a restore needs, or one that is being made (whoever makes it decides about
 * that); of each group and part the newest good ones stay.
 */
export function outdatedBackups(backups: readonly Backup[], { newest, days }: RetentionRule, now: Date): string[] {
  const youngest = now.getTime() - days * dayMs;
  const good = backups.filter(({ state }) => state === 'good').sort((a, b) => b.madeAt.getTime() - a.madeAt.getTime());
  const kept = new Set(
    groups.flatMap((kinds) =>
      backupParts.flatMap((part) =>
        good
          .filter(({ kind, parts }) => kinds.includes(kind) && parts.includes(part))
          .slice(0, Math.max(newest, 1))
          .map(({ id }) => id),
      ),
    ),
  );
  return backups
    .filter(
      ({ id, state, madeAt, neededBy }) =>
        state !== 'making' && neededBy === undefined && !kept.has(id) && madeAt.getTime() < youngest,
    )
    .map(({ id }) => id);
}
