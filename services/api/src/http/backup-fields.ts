// What the requests and answers about backups are made of; they are checked and documented by these.
import { z } from 'zod';
import { type Backup, backupParts } from '../backup/backup.js';
import { keysLater } from '../system/unseal-keys.js';
import { proofFields } from './account-fields.js';
import { continueFields } from './system-routes.js';

const kinds = ['manual', 'scheduled', 'safety', 'uploaded'] as const;
const states = ['making', 'good', 'bad'] as const;

export const backupSchema = z.object({
  id: z.string(),
  made_at: z.iso.datetime(),
  kind: z.enum(kinds).describe('safety: made by a restore, of how it was before'),
  state: z.enum(states).describe('good: it was read again after it was made, and was right'),
  bytes: z.number().nullable(),
  sha256: z.string().nullable().describe('Of the whole file, in hex'),
  level: z.string().nullable().describe('The last migration of the tables in it'),
  parts: z.array(z.enum(backupParts)),
  made_by: z.string(),
  needed_by: z.string().nullable().describe('The restore that would go back to it; it cannot be deleted meanwhile'),
});
export type BackupView = z.infer<typeof backupSchema>;
export const backupList = z.object({ backups: z.array(backupSchema).describe('Newest first') });

export function toBackupView(backup: Backup): BackupView {
  const { id, madeAt, kind, state, parts, madeBy } = backup;
  return {
    ...{ id, kind, state, parts: [...parts], made_at: madeAt.toISOString(), made_by: madeBy },
    bytes: backup.bytes ?? null,
    sha256: backup.sha256 ?? null,
    level: backup.level ?? null,
    needed_by: backup.neededBy ?? null,
  };
}

const whichParts = z
  .array(z.enum(['app', 'vault']))
  .min(1)
  .max(2);

export const makeFields = z.strictObject({
  parts: whichParts.optional().describe('app, vault or both; left out: both where there is a Vault'),
});

const phrase = z.string().max(100);
const restoreParts = whichParts.optional().describe('app, vault or both; left out: what is in the backup');
export const restoreFields = z.strictObject({
  ...proofFields.shape,
  phrase: phrase.describe('"restore ID" with the id of the backup, typed by whoever asks'),
  parts: restoreParts,
  unseal_keys: continueFields.shape.unseal_keys,
  keys_later: keysLater,
});
/** What is asked for without being done needs no proof. */
export const tryRestoreFields = z.strictObject({ ...restoreFields.partial().shape });
export const deleteFields = z.strictObject({
  ...proofFields.shape,
  phrase: phrase.describe('"delete ID" with the id of the backup, typed by whoever asks'),
});

export const dryRunAnswer = z.object({
  dry_run: z.literal(true),
  steps: z.array(z.string()).describe('What the job would do, in this order'),
  point_of_no_return: z.string().nullable().describe('The first step that is never undone; null: all are'),
  effects: z.array(z.string()).describe('What would come of it, in sentences'),
});
