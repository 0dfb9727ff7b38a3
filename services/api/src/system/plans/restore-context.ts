// What the steps of a restore work with. An archive is checked once per run of the job, and again by whoever takes the
// job after a crash: nothing but its hash is remembered.
import { AstrogateError } from '@astrogate/proto';
import { z } from 'zod';
import { type ArchiveMember, type CheckedArchive, checkArchive, readMembers } from '../../backup/archive.js';
import type { BackupPart } from '../../backup/backup.js';
import type { ArchiveSource } from '../../backup/envelope.js';
import { invalid } from '../../backup/invalid.js';
import { type BackupParts, sourceOf } from '../../backup/make-backup.js';
import type { Settle } from '../../backup/swap.js';
import type { Spool } from '../../spool/spool.js';
import type { Restored } from '../../vault/restore.js';
import type { VaultClient } from '../../vault/vault-client.js';
import type { Gift, Order } from '../plan.js';
import type { Cause, TargetClient } from '../target-client.js';
import { keysLater } from '../unseal-keys.js';
import type { ArchiveContext, ArchiveWish } from './archive-steps.js';

export const restoreParams = z.strictObject({
  ...{ backup_id: z.string(), app: z.boolean(), vault: z.boolean() },
  keys_later: keysLater,
});

export interface RestoreParts {
  readonly backups: BackupParts;
  readonly vault: VaultClient | undefined;
  readonly targets: TargetClient;
  readonly spool: Spool;
  /** Gives the jobs of a table that was exchanged their places in the queue. */
  readonly settle: Settle;
  /** Reads again what this process remembers of tables that were exchanged. */
  readonly reread: () => Promise<void>;
  readonly now: () => Date;
}

export class RestoreContext implements RestoreParts, ArchiveContext {
  readonly backups: BackupParts;
  readonly vault: VaultClient | undefined;
  readonly targets: TargetClient;
  readonly spool: Spool;
  readonly settle: Settle;
  readonly reread: () => Promise<void>;
  readonly now: () => Date;
  /** Names the scratch schema and the one of what is put aside. */
  readonly jobId: string;
  readonly cause: Cause;
  readonly backupId: string;
  readonly app: boolean;
  readonly withVault: boolean;
  /** Vault's unseal keys are given when the job asks for them. */
  readonly keys_later: boolean;
  /** Of the safety backup: exactly what is about to be replaced. */
  readonly wish: ArchiveWish;
  /** Vault's answer to the snapshot, with the token that can prove it; lost in a crash. */
  restored: Restored | undefined;
  /** What was given last, when Vault has refused its keys. */
  refused: { readonly gift: Gift | undefined; readonly why: string } | undefined;
  readonly #checked = new Map<string, Promise<CheckedArchive>>();

  constructor(parts: RestoreParts, { jobId, params, actor, requestId }: Order) {
    ({ backups: this.backups, vault: this.vault, targets: this.targets, spool: this.spool } = parts);
    ({ settle: this.settle, reread: this.reread, now: this.now } = parts);
    const { backup_id, app, vault, keys_later } = restoreParams.parse(params);
    [this.jobId, this.cause, this.backupId] = [jobId, { actor, requestId }, backup_id];
    [this.app, this.withVault, this.keys_later] = [app, vault, keys_later];
    this.wish = { kind: 'safety', madeBy: actor, app, vault };
  }

  /** Where `id` can be read, checked from its beginning to its end. Throws `backup_invalid`, `backup_not_found`. */
  async archive(id: string, signal?: AbortSignal): Promise<{ open: ArchiveSource; checked: CheckedArchive }> {
    const open = await sourceOf(this.backups, id);
    const known = this.#checked.get(id);
    const checking = known ?? checkArchive(open, this.backups.keys.reading, this.backups.caps, signal);
    this.#checked.set(id, checking);
    try {
      return { open, checked: await checking };
    } catch (error) {
      this.#checked.delete(id);
      throw error;
    }
  }

  async *members(id: string, signal?: AbortSignal): AsyncGenerator<ArchiveMember> {
    const { open, checked } = await this.archive(id, signal);
    yield* readMembers(open, checked, this.backups.keys.reading, this.backups.caps, signal);
  }

  /** Vault, for steps of a restore that has it. */
  demandVault(): VaultClient {
    if (!this.vault)
      throw new AstrogateError('vault_unavailable', 'This server has no Vault: VAULT_ADDRESS is not set');
    return this.vault;
  }
}

/** Throws `backup_invalid` unless the backup has every part that is asked for. Pure. */
export function needParts(
  parts: readonly BackupPart[],
  { app, withVault }: { app: boolean; withVault: boolean },
): void {
  if (app && !parts.includes('database')) throw invalid('it has no tables');
  if (withVault && !parts.includes('vault')) throw invalid("it has no snapshot of Vault's");
}
