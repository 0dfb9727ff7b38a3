// Making an archive as steps of a job. Each try has an id of its own: whoever still works on an older one, cut off from
// its job, can spoil nothing but that.
import type { BackupKind } from '../../backup/backup.js';
import { sweepFiles, sweepRows } from '../../backup/leftovers.js';
import { acceptBackup, type BackupParts, writeBackup } from '../../backup/make-backup.js';
import { newId } from '../../new-id.js';
import type { VaultClient } from '../../vault/vault-client.js';
import type { Step, StepContext } from '../plan.js';

export interface ArchiveContext {
  readonly backups: BackupParts;
  readonly vault: VaultClient | undefined;
  readonly wish: ArchiveWish;
  readonly now: () => Date;
}

export interface ArchiveWish {
  readonly kind: Exclude<BackupKind, 'uploaded'>;
  readonly madeBy: string;
  readonly app: boolean;
  readonly vault: boolean;
}

/** Where a job keeps the id of the backup that it makes, and that this is in the store. */
const idKey = 'backup_id';
const writtenKey = 'backup_written';

export function backupIdOf({ kept }: Pick<StepContext, 'kept'>): string | undefined {
  const id = kept[idKey];
  return typeof id === 'string' ? id : undefined;
}

/** Removes what killed runs have left. There is nothing to undo. */
export function sweepStep<C extends ArchiveContext>(name = 'sweep'): Step<C> {
  return {
    name,
    async run({ backups, now }, step) {
      const files = await sweepFiles([backups.directory], now());
      const rows = await sweepRows(backups, backupIdOf(step), now());
      await step.note(`${files} files and ${rows} backups that were never finished are gone`);
      return 'done';
    },
  };
}

/** The archive in the store. Undone it is gone, unless it is good and `staysWhenGood`. */
export function makeStep<C extends ArchiveContext>(
  name = 'make',
  { staysWhenGood = false }: { staysWhenGood?: boolean } = {},
): Step<C> {
  return {
    name,
    async run({ backups, vault, wish, now }, step) {
      const before = backupIdOf(step);
      if (before !== undefined && step.kept[writtenKey] === before) return 'done';
      if (before !== undefined) {
        await forget(backups, before);
        await sweepFiles([backups.directory], now());
      }
      const id = newId();
      await step.keep(idKey, id);
      await step.note(`making backup ${id}`);
      const parts = { id, kind: wish.kind, madeBy: wish.madeBy, withApp: wish.app };
      const snapshot = wish.vault && vault ? { vault: snapshotOf(vault, step.signal) } : {};
      await writeBackup(backups, { ...parts, ...snapshot }, step.signal);
      await step.keep(writtenKey, id);
      return 'done';
    },
    async undo({ backups }, step) {
      const id = backupIdOf(step);
      if (id === undefined) return;
      if (staysWhenGood && (await backups.rows.get(id))?.state === 'good') return;
      await forget(backups, id);
    },
  };
}

/** Reads it as a restore would; only then it is good. */
export function verifyStep<C extends ArchiveContext>(name = 'verify'): Step<C> {
  return {
    name,
    async run({ backups }, step) {
      const id = backupIdOf(step) ?? '';
      if ((await backups.rows.get(id))?.state === 'good') return 'done';
      const { envelope, manifest } = await acceptBackup(backups, id, step.signal);
      await step.note(`backup ${id} is good: ${manifest.members.length} members, ${envelope.bytes} bytes`);
      return 'done';
    },
  };
}

/** Asked for when its turn comes: Vault does not wait for the tables. */
export async function* snapshotOf(vault: VaultClient, signal: AbortSignal): AsyncGenerator<Buffer> {
  for await (const chunk of await vault.snapshot(signal)) yield chunk as Buffer;
}

async function forget({ rows, store }: BackupParts, id: string): Promise<void> {
  await rows.need(id, undefined);
  await store.remove(id);
  await rows.remove(id);
}
