// The job that restores a backup. Everything is verified and loaded beside what is in use; a safety backup is made; Vault
// comes before the tables, since whoever has to give its keys is known by the accounts of now; and until the last step all
// of it can be taken back.
import { AstrogateError } from '@astrogate/proto';
import { readMembers } from '../../backup/archive.js';
import type { Backup } from '../../backup/backup.js';
import type { BackupParts } from '../../backup/make-backup.js';
import { needRoom, sizeOfApp } from '../../backup/room.js';
import { scratchOf } from '../../backup/schemas.js';
import { discardScratch, loadScratch } from '../../backup/scratch.js';
import { forgetAside, swap, swapBack } from '../../backup/swap.js';
import { restoreUploads } from '../../backup/upload-files.js';
import type { Plan, Step } from '../plan.js';
import { countRows, type ResetCounts } from '../reset/counts.js';
import { needKeys } from '../unseal-keys.js';
import { backupIdOf, makeStep, sweepStep, verifyStep } from './archive-steps.js';
import { checkLive, needAdmin } from './check-live.js';
import { needVault } from './need-vault.js';
import { patiently } from './patiently.js';
import { pauseStep } from './pause-step.js';
import { needParts, RestoreContext, type RestoreParts } from './restore-context.js';
import { vaultSteps } from './restore-vault.js';

export function restorePlan(parts: RestoreParts): Plan<RestoreContext> {
  const { send, restart, unseal, prove } = vaultSteps;
  return {
    steps: [
      ...[verify, sweepStep<RestoreContext>(), load, pause],
      ...[
        makeStep<RestoreContext>('safety-backup', { staysWhenGood: true }),
        verifyStep<RestoreContext>('verify-safety-backup'),
        hold,
      ],
      ...[send, restart, unseal, prove],
      ...[files, exchange, check, forget],
    ],
    // It drops the tables that were replaced, and lets the safety backup go: after that there is nothing to go back to.
    pointOfNoReturn: forget.name,
    context: (order) => new RestoreContext(parts, order),
    async preflight(ctx, gift) {
      await checkRestore(ctx);
      if (ctx.withVault) needKeys(gift, ctx);
    },
    foresee: foreseeRestore,
  };
}

/** Throws `backup_not_found`, `backup_invalid`, `invalid_request`, and what Vault says; nothing is changed. */
async function checkRestore(ctx: RestoreContext): Promise<Backup> {
  if (!ctx.app && !ctx.withVault) throw new AstrogateError('invalid_request', 'A restore has at least one part');
  const { rows, directory, database } = ctx.backups;
  const backup = await rows.get(ctx.backupId);
  if (!backup) throw new AstrogateError('backup_not_found');
  if (backup.state !== 'good') throw new AstrogateError('backup_invalid', 'The backup cannot be used: it is not good');
  needParts(backup.parts, ctx);
  if (ctx.app) await needRoom(directory, 2 * (await sizeOfApp(database.db)) + (backup.bytes ?? 0));
  if (ctx.withVault) await needVault(ctx.vault);
  return backup;
}

/** As `checkRestore`, and reads all of the archive. */
async function foreseeRestore(ctx: RestoreContext): Promise<string[]> {
  const backup = await checkRestore(ctx);
  const { manifest } = (await ctx.archive(ctx.backupId)).checked;
  needParts(manifest.parts, ctx);
  return effectsOf(ctx, backup, await countRows(ctx.backups.database.db));
}

/** For people. Pure. */
function effectsOf({ app, withVault }: RestoreContext, { madeAt }: Backup, counts: ResetCounts): string[] {
  const then = madeAt.toISOString();
  const { jobs, accounts, keptAccounts, apiKeys } = counts;
  return [
    ...(app
      ? [
          `${jobs} jobs, ${accounts + keptAccounts} accounts and ${apiKeys} API keys of now would be replaced by those of ` +
            `${then}. What was revoked since counts again, and everybody signs in anew. No job is accepted meanwhile.`,
        ]
      : []),
    ...(withVault
      ? [
          `Vault would keep what it kept at ${then}, be restarted, and want the unseal keys of that time. When nobody has ` +
            'them it stays sealed, and what it keeps now cannot be put back through it.',
        ]
      : []),
    'A backup of how it is now is made first.',
  ];
}

const notAsked = 'no part of this restore';

/** Signature, hashes, version, sizes, allowed members: all of it, before anything is touched. */
const verify: Step<RestoreContext> = {
  name: 'verify',
  async run(ctx, step) {
    await holdBackup(ctx.backups, ctx.backupId, ctx.jobId);
    const { checked } = await ctx.archive(ctx.backupId, step.signal);
    const { envelope, manifest } = checked;
    needParts(manifest.parts, ctx);
    const made = await ctx.backups.rows.get(ctx.backupId);
    const before = step.kept.archive_sha256 ?? made?.sha256;
    if (before !== undefined && before !== envelope.sha256)
      throw new AstrogateError('backup_invalid', 'The backup cannot be used: it is another one than before');
    await step.keep('archive_sha256', envelope.sha256);
    await step.note(`backup ${ctx.backupId} of ${manifest.made_at} is right: ${manifest.members.length} members`);
    return 'done';
  },
  undo: async ({ backups, backupId }) => void (await backups.rows.need(backupId, undefined)),
};

/** The tables, in a schema of their own that nothing uses. */
const load: Step<RestoreContext> = {
  name: 'load',
  async run(ctx, step) {
    if (!ctx.app) return skip(step);
    const { backups, jobId, backupId } = ctx;
    const { open, checked } = await ctx.archive(backupId, step.signal);
    if (checked.envelope.sha256 !== step.kept.archive_sha256)
      throw new AstrogateError('backup_invalid', 'The backup cannot be used: it was changed since it was verified');
    // Opened before: within its transaction the embedded database answers nothing else.
    const members = readMembers(open, checked, backups.keys.reading, backups.caps, step.signal);
    await loadScratch(backups.database, jobId, checked, members, backups.caps);
    await needAdmin(backups.database.db, scratchOf(jobId));
    await step.note('the tables are loaded beside those that are in use');
    return 'done';
  },
  undo: async ({ app, backups, jobId }) => {
    if (app) await discardScratch(backups.database, jobId);
  },
};

/** After this nothing comes that is not in the safety backup. */
const pause = pauseStep(({ app, backups }: RestoreContext) => (app ? backups.database : undefined));

/** Neither retention nor a person deletes what this restore may have to go back to. */
const hold: Step<RestoreContext> = {
  name: 'hold-safety-backup',
  async run({ backups, jobId }, step) {
    const id = backupIdOf(step) ?? '';
    await holdBackup(backups, id, jobId);
    await step.note(`backup ${id} is how it was before`);
    return 'done';
  },
  undo: async ({ backups }, step) => {
    const id = backupIdOf(step);
    if (id !== undefined) await backups.rows.need(id, undefined);
  },
};

/** Not long before the tables come that need them: uploads that no job knows are removed after an hour. */
const files: Step<RestoreContext> = {
  name: 'files',
  async run(ctx, step) {
    if (!ctx.app) return skip(step);
    const { spool, backups } = ctx;
    const count = await restoreUploads(ctx.members(ctx.backupId, step.signal), spool, backups.uploads);
    await step.note(`${count} uploads are back`);
    return 'done';
  },
};

const exchange: Step<RestoreContext> = {
  name: 'swap',
  async run(ctx, step) {
    if (!ctx.app) return skip(step);
    await patiently(() => swap(ctx.backups.database, ctx.jobId, ctx.settle), step.signal);
    await ctx.reread();
    await step.note('the tables of the backup are in use');
    return 'done';
  },
  async undo(ctx) {
    if (!ctx.app) return;
    await swapBack(ctx.backups.database, ctx.jobId, ctx.settle);
    await ctx.reread();
  },
};

/** What is in use now is what was restored, and works. */
const check: Step<RestoreContext> = {
  name: 'check',
  async run(ctx, step) {
    if (ctx.app) await checkLive(ctx.backups.database.db);
    if (ctx.withVault) await needVault(ctx.vault, step.signal);
    await step.note('what was restored answers');
    return 'done';
  },
};

const forget: Step<RestoreContext> = {
  name: 'forget-replaced',
  async run({ app, backups, backupId, jobId }, step) {
    if (app) await patiently(() => forgetAside(backups.database, jobId), step.signal);
    const id = backupIdOf(step);
    for (const each of [backupId, ...(id === undefined ? [] : [id])]) await backups.rows.need(each, undefined);
    await step.note(`how it was before is in backup ${id}`);
    return 'done';
  },
};

/** Throws `backup_not_found`: somebody has deleted it. */
async function holdBackup({ rows }: BackupParts, id: string, jobId: string): Promise<void> {
  if (!(await rows.need(id, jobId))) throw new AstrogateError('backup_not_found');
}

async function skip(step: { note(detail: string): Promise<void> }): Promise<'done'> {
  await step.note(notAsked);
  return 'done';
}
