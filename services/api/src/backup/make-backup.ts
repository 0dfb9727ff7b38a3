// Makes backups, takes uploaded ones, and forgets old ones: the archive in the store and its row in the database.
import { AstrogateError } from '@astrogate/proto';
import type { Uploads } from '../spool/uploads.js';
import type { BackupRows } from '../storage/backup-rows.js';
import { type CheckedArchive, checkArchive, makeArchive } from './archive.js';
import type { Backup, BackupKind, BackupPart } from './backup.js';
import type { BackupStore } from './backup-store.js';
import type { Caps } from './caps.js';
import { type ArchiveSource, signedByKnown } from './envelope.js';
import { invalid } from './invalid.js';
import type { BackupKeys } from './keys.js';
import { vaultName } from './member-name.js';
import type { Member } from './pack.js';
import type { PatientDatabase } from './patient.js';
import { outdatedBackups, type RetentionRule } from './retention.js';
import { writeSealed } from './sealed-file.js';
import { newestLevel, type Snapshot, takeSnapshot } from './snapshot.js';
import { uploadMembers, waitingUploads } from './upload-files.js';

export interface BackupParts {
  readonly database: PatientDatabase;
  readonly rows: BackupRows;
  readonly store: BackupStore;
  readonly uploads: Uploads;
  readonly keys: BackupKeys;
  readonly caps: Caps;
  /** For temporary files that nobody can read. */
  readonly directory: string;
}

export interface BackupWish {
  readonly id: string;
  readonly kind: Exclude<BackupKind, 'uploaded'>;
  readonly madeBy: string;
  /** Vault's own snapshot, when it is a part. */
  readonly vault?: AsyncIterable<Buffer>;
  /** False: Vault's part alone. */
  readonly withApp?: boolean;
}

/**
 * Makes a backup, reads it again as a restore would, and only then calls it good. Throws what any part of it throws, and
 * `signal`'s reason; then the archive is gone, and the backup is bad.
 */
export async function makeBackup(parts: BackupParts, wish: BackupWish, signal?: AbortSignal): Promise<CheckedArchive> {
  await writeBackup(parts, wish, signal);
  return orBad(parts, wish.id, () => acceptBackup(parts, wish.id, signal));
}

/** The first half of `makeBackup`: what it leaves is in the store, and not good until `acceptBackup` has read it. */
export async function writeBackup(parts: BackupParts, wish: BackupWish, signal?: AbortSignal): Promise<void> {
  const { id, kind, madeBy, vault, withApp = true } = wish;
  const named: BackupPart[] = [
    ...(withApp ? (['database', 'files'] as const) : []),
    ...(vault ? ['vault' as const] : []),
  ];
  if (named.length === 0) throw new AstrogateError('invalid_request', 'A backup has at least one part');
  await parts.rows.add({ id, kind, parts: named, madeBy });
  await orBad(parts, id, async () => {
    const { database, directory, uploads, keys, store, caps } = parts;
    const madeAt = new Date();
    const snapshot = withApp ? await takeSnapshot(database, directory, waitingUploads, signal) : emptySnapshot();
    try {
      const members = membersOf(snapshot, uploads, vault, directory, signal);
      const content = { level: snapshot.level, madeAt, parts: named, members };
      await store.put(id, makeArchive(content, keys.making), caps.archiveBytes);
    } finally {
      await snapshot.remove();
    }
  });
}

/**
 * Keeps an archive that somebody sends, when all of it is right and it was signed by somebody who is trusted here.
 * Throws `backup_invalid`, and what `archive` throws; then nothing is left of it.
 */
export async function takeBackup(
  parts: BackupParts,
  { id, madeBy, archive }: { id: string; madeBy: string; archive: AsyncIterable<Buffer> },
  signal?: AbortSignal,
): Promise<CheckedArchive> {
  const { rows, store, keys, caps } = parts;
  await rows.add({ id, kind: 'uploaded', parts: [], madeBy });
  try {
    return await orBad(parts, id, async () => {
      // One that is not ours is not stored first.
      const ours = signedByKnown(archive, keys.reading.trusted, caps.archiveBytes);
      await store.put(id, ours, caps.archiveBytes);
      return acceptBackup(parts, id, signal);
    });
  } catch (error) {
    await rows.remove(id).catch(() => {});
    throw error;
  }
}

/** Where the archive of a good backup can be read. Throws `backup_not_found`, and `backup_invalid` for one that is not good. */
export async function sourceOf({ rows, store }: BackupParts, id: string): Promise<ArchiveSource> {
  const backup = await rows.get(id);
  if (!backup) throw new AstrogateError('backup_not_found');
  if (backup.state !== 'good') throw invalid(backup.state === 'making' ? 'it is being made' : 'making it has failed');
  return () => store.open(id);
}

/** Throws `backup_not_found`; `backup_invalid` for one that a restore may go back to. */
export async function deleteBackup({ rows, store }: BackupParts, id: string): Promise<void> {
  const backup = await rows.get(id);
  if (!backup) throw new AstrogateError('backup_not_found');
  if (!(await dropBackup({ rows, store }, id))) throw invalid('a restore may go back to it');
}

/** The row goes last: whoever is killed on the way leaves one that says that its archive is to go. */
async function dropBackup({ rows, store }: Pick<BackupParts, 'rows' | 'store'>, id: string): Promise<boolean> {
  if (!(await rows.condemn(id))) return false;
  await store.remove(id);
  return rows.remove(id);
}

/** Deletes what is outdated. Returns what was deleted. */
export async function tidyBackups(parts: BackupParts, rule: RetentionRule, now: Date): Promise<Backup[]> {
  const backups = await parts.rows.list();
  const outdated = new Set(outdatedBackups(backups, rule, now));
  const deleted: Backup[] = [];
  for (const backup of backups.filter(({ id }) => outdated.has(id))) {
    if (await dropBackup(parts, backup.id)) deleted.push(backup);
  }
  return deleted;
}

/** Reads an archive of the store as a restore would, and calls it good. Throws what `checkArchive` throws. */
export async function acceptBackup(
  { rows, store, keys, caps }: BackupParts,
  id: string,
  signal?: AbortSignal,
): Promise<CheckedArchive> {
  const checked = await checkArchive(() => store.open(id), keys.reading, caps, signal);
  const { envelope, manifest } = checked;
  const { level, parts } = manifest;
  await rows.isGood(id, { bytes: envelope.bytes, sha256: envelope.sha256, level, parts });
  return checked;
}

async function orBad<T>({ rows, store }: BackupParts, id: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    await store.remove(id).catch(() => {});
    await rows.isBad(id).catch(() => {});
    throw error;
  }
}

async function* membersOf(
  snapshot: Snapshot,
  uploads: Uploads,
  vault: AsyncIterable<Buffer> | undefined,
  directory: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Member> {
  yield* snapshot.members;
  yield* uploadMembers(uploads, snapshot.uploads);
  if (!vault) return;
  // Its length is not known before.
  const file = await writeSealed(directory, vault, signal);
  try {
    yield { name: vaultName, bytes: file.bytes, read: () => file.read() };
  } finally {
    await file.remove();
  }
}

function emptySnapshot(): Snapshot {
  return { level: newestLevel(), members: [], uploads: [], remove: async () => {} };
}
