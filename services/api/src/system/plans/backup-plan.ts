// The job that makes a backup: what killed runs left goes, the archive is made, read again, and old ones go.
import { AstrogateError } from '@astrogate/proto';
import { z } from 'zod';
import { type BackupParts, tidyBackups } from '../../backup/make-backup.js';
import type { RetentionRule } from '../../backup/retention.js';
import { needRoom, sizeOfApp } from '../../backup/room.js';
import type { VaultClient } from '../../vault/vault-client.js';
import type { Plan, Step } from '../plan.js';
import { type ArchiveContext, backupIdOf, makeStep, sweepStep, verifyStep } from './archive-steps.js';
import { needVault } from './need-vault.js';

export const backupParams = z.strictObject({
  kind: z.enum(['manual', 'scheduled']),
  app: z.boolean(),
  vault: z.boolean(),
});

export interface BackupPlanParts {
  readonly backups: BackupParts;
  readonly vault: VaultClient | undefined;
  readonly rule: RetentionRule;
  readonly now: () => Date;
}

type BackupContext = ArchiveContext & { readonly rule: RetentionRule };

export function backupPlan(parts: BackupPlanParts): Plan<BackupContext> {
  return {
    steps: [sweepStep(), makeStep(), verifyStep(), tidy],
    // From here on older backups may be gone that only this one makes up for: it must not be taken back.
    pointOfNoReturn: tidy.name,
    context({ params, actor }) {
      const { kind, app, vault } = backupParams.parse(params);
      return { ...parts, wish: { kind, app, vault, madeBy: actor } };
    },
    preflight: (ctx) => checkBackup(ctx),
    async foresee(ctx) {
      await checkBackup(ctx);
      const what = [...(ctx.wish.app ? ['tables and uploads'] : []), ...(ctx.wish.vault ? ["Vault's secrets"] : [])];
      return [`A backup of ${what.join(' and ')} would be made, and old ones removed. Nothing else changes.`];
    },
  };
}

/** Throws `invalid_request`, `storage_full`, `storage_unavailable`, and what Vault says; nothing is changed. */
export async function checkBackup({ backups, vault, wish }: ArchiveContext): Promise<void> {
  if (!wish.app && !wish.vault) throw new AstrogateError('invalid_request', 'A backup has at least one part');
  await backups.store.list();
  // A picture of the tables, and the archive; the first is gone before there is a second one.
  if (wish.app) await needRoom(backups.directory, 2 * (await sizeOfApp(backups.database.db)));
  if (wish.vault) await needVault(vault);
}

const tidy: Step<BackupContext> = {
  name: 'retention',
  async run({ backups, rule, now }, step) {
    try {
      const deleted = await tidyBackups(backups, rule, now());
      await step.note(`backup ${backupIdOf(step)} is kept; ${deleted.length} old ones are gone`);
    } catch (error) {
      // The backup is made: that an old one lies there a day longer must not hold up whatever comes next.
      const { message } = AstrogateError.from(error);
      await step.note(`backup ${backupIdOf(step)} is kept; old ones stay for now: ${message}`);
    }
    return 'done';
  },
};
