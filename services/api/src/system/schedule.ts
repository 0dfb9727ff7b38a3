// Makes a backup when the last one is old enough. Several apis look; the database lets one of them begin.
import type { Logger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import type { Backup } from '../backup/backup.js';
import { newId } from '../new-id.js';
import type { BackupRows } from '../storage/backup-rows.js';
import type { SystemJobs } from './system-jobs.js';

interface ScheduleParts {
  readonly jobs: Pick<SystemJobs, 'create'>;
  readonly rows: Pick<BackupRows, 'list'>;
  readonly hasVault: boolean;
  /** 0: none is made by itself. */
  readonly everyMs: number;
  readonly now: () => Date;
  readonly log: Logger;
}

const lookEveryMs = 60_000;
/** One that failed is tried again after this time. */
const againMs = 10 * 60_000;

/** Whether a backup of the whole is due: those that were uploaded, or that a restore made, do not count. Pure. */
export function isDue(backups: readonly Backup[], everyMs: number, now: Date): boolean {
  const own = backups.filter(({ state, kind }) => state === 'good' && (kind === 'manual' || kind === 'scheduled'));
  return own.every(({ madeAt, parts }) => !parts.includes('database') || madeAt.getTime() <= now.getTime() - everyMs);
}

export async function makeDueBackup({ jobs, rows, hasVault, everyMs, now, log }: ScheduleParts): Promise<void> {
  try {
    const backups = await rows.list();
    if (!isDue(backups, everyMs, now())) return;
    // Two apis that look at once mean the same backup.
    const key = `after ${backups[0]?.id ?? 'none'} ${Math.floor(now().getTime() / againMs)}`;
    await jobs.create({
      ...{ kind: 'backup', actor: 'system', requestId: newId() },
      params: { kind: 'scheduled', app: true, vault: hasVault },
      once: { scope: 'schedule', key, requestHash: 'scheduled' },
    });
  } catch (err) {
    if (AstrogateError.from(err).code !== 'system_job_active') log.warn({ err }, 'the backup that is due is not made');
  }
}

export function startSchedule(parts: ScheduleParts): { stop: () => void } {
  if (parts.everyMs === 0) return { stop: () => {} };
  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    await makeDueBackup(parts);
    looking = false;
  };
  const timer = setInterval(() => void look(), lookEveryMs).unref();
  void look();
  return { stop: () => clearInterval(timer) };
}
