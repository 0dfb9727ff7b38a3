// The admin job that empties the system: of its data, or of everything but superusers and configuration. All that can fail
// comes first, what cannot be had back last, and of that Vault's secrets come after everything else.
import { sweepFiles } from '../../backup/leftovers.js';
import { type BackupParts, makeBackup } from '../../backup/make-backup.js';
import { newId } from '../../new-id.js';
import type { Order, Plan, Step, StepContext } from '../plan.js';
import { deleteRows, endJobs, uploadsEndedAt } from '../reset/rows.js';
import { needKeys } from '../unseal-keys.js';
import { snapshotOf } from './archive-steps.js';
import { pauseStep, resumeStep } from './pause-step.js';
import { lookAtReset, type ResetContext, type ResetParts, resetDryRun, resetParams, vaultOf } from './reset-order.js';
import { vaultResetSteps } from './reset-vault.js';

export function resetPlan(parts: ResetParts): Plan<ResetContext> {
  return {
    steps: [
      ...[pause, safetyBackup, endSolving, removeUploads, deleteAll, resumeStep<ResetContext>()],
      ...vaultResetSteps(parts),
    ],
    pointOfNoReturn: endSolving.name,
    context: ({ jobId, params, actor, requestId }: Order) => ({
      ...{ parts, jobId, cause: { actor, requestId } },
      params: resetParams.parse(params),
    }),
    async preflight(ctx, gift) {
      await lookAtReset(ctx);
      const health = await vaultOf(ctx)?.client.health();
      if (health) needKeys(gift, ctx.params, health.shares.needed);
    },
    foresee: async ({ params, cause }) => (await resetDryRun(parts, params, cause.actor)).lines,
  };
}

const pause = pauseStep(({ parts }: ResetContext) => parts.database);

/** After the pause, so that nothing is deleted that is not in it. */
const safetyBackup: Step<ResetContext> = {
  name: 'safety-backup',
  async run(ctx, step) {
    const { parts, params, cause } = ctx;
    if (!params.safety_backup) {
      await step.note('none, as was asked');
      return 'done';
    }
    const { backups } = parts;
    if (await sweep(backups, step)) return 'done';
    await sweepFiles([backups.directory], parts.now());
    const id = newId();
    await step.keep('backup_id', id);
    const client = vaultOf(ctx)?.client;
    const vault = client && { vault: snapshotOf(client, step.signal) };
    const wish = { id, kind: 'safety', madeBy: cause.actor, ...vault } as const;
    await makeBackup(backups, wish, step.signal);
    await step.note(`backup ${id}`);
    return 'done';
  },
  async undo({ parts }, step) {
    await sweep(parts.backups, step);
  },
};

/** Whether the backup that this job has begun is good; one that an api that died has left half made is removed. */
async function sweep({ rows, store }: BackupParts, { kept }: StepContext): Promise<boolean> {
  const { backup_id: backup } = kept;
  if (typeof backup !== 'string') return false;
  const row = await rows.get(backup);
  if (row?.state === 'good') return true;
  await store.remove(backup);
  if (row) await rows.remove(backup);
  return false;
}

const endSolving: Step<ResetContext> = {
  name: 'end-jobs',
  async run({ parts }, step) {
    const known = step.kept.ended_at;
    const at = typeof known === 'string' ? new Date(known) : parts.now();
    // The next step finds the uploads by it.
    if (known === undefined) await step.keep('ended_at', at.toISOString());
    const count = await endJobs(parts.database, parts.queue, at);
    await step.note(`${count} jobs ended`);
    return 'done';
  },
};

/** While the rows are there that say which. */
const removeUploads: Step<ResetContext> = {
  name: 'remove-uploads',
  async run({ parts }, step) {
    const keys = await uploadsEndedAt(parts.database.db, new Date(String(step.kept.ended_at)));
    for (const key of keys) {
      step.signal.throwIfAborted();
      await parts.uploads.remove(key);
    }
    await step.note(`${keys.length} uploads removed`);
    return 'done';
  },
};

const deleteAll: Step<ResetContext> = {
  name: 'delete-rows',
  async run({ parts, params }, step) {
    const deleted = await deleteRows(parts.database, params.scope);
    const counts = Object.entries(deleted).map(([table, count]) => `${table} ${count}`);
    await step.note(`deleted: ${counts.join(', ')}`);
    return 'done';
  },
};
