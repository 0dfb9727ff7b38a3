// What an api leaves that was killed while it made or took an archive: temporary files, and rows that say "making".
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupParts } from './make-backup.js';
import { onDisk } from './sealed-file.js';

/** Pictures of tables: only the one admin job that is active makes them. */
const ofJobs = /^[0-9a-f]{32}\.part$/;
/** Archives on their way: somebody may be sending one to another api at this moment. */
const ofAnybody = /^[0-9a-f]{32}\.(?:new|sending(?:\.new)?)$/;
/** Whoever writes one writes all the time. */
const quietMs = 60 * 60_000;

/** `directories`: those of temporary files and of archives. To be called by the active admin job only. */
export async function sweepFiles(directories: readonly string[], now: Date): Promise<number> {
  let count = 0;
  for (const directory of new Set(directories))
    for (const name of await readdir(directory).catch(onDisk)) {
      const path = join(directory, name);
      if (!ofJobs.test(name) && !(ofAnybody.test(name) && (await isQuiet(path, now)))) continue;
      await rm(path, { force: true }).catch(onDisk);
      count += 1;
    }
  return count;
}

async function isQuiet(path: string, now: Date): Promise<boolean> {
  const status = await stat(path).catch(() => undefined);
  return status !== undefined && status.mtimeMs < now.getTime() - quietMs;
}

/** An upload has long ended by then. */
const uploadMs = 24 * 60 * 60_000;

/**
 * Removes backups that nobody makes any more. `ours`: the one that the active job makes. An archive without a row stays:
 * it may be all that is left of a database that was lost.
 */
export async function sweepRows(
  { rows, store }: Pick<BackupParts, 'rows' | 'store'>,
  ours: string | undefined,
  now: Date,
): Promise<number> {
  const left = (await rows.list()).filter(
    ({ id, state, kind, madeAt }) =>
      state === 'making' && id !== ours && (kind !== 'uploaded' || madeAt.getTime() < now.getTime() - uploadMs),
  );
  for (const { id } of left) {
    await store.remove(id);
    await rows.remove(id);
  }
  return left.length;
}
