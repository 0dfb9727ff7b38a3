// The admin job that empties the system: of its data, or of everything but superusers and configuration. All that can fail
// comes first, what cannot be had back last, and of that Vault's secrets come after everything else.
import { AstrogateError } from '@astrogate/proto';
import { z } from 'zod';
import { sweepFiles } from '../../backup/leftovers.js';
import { type BackupParts, makeBackup } from '../../backup/make-backup.js';
import { newId } from '../../new-id.js';
import type { Uploads } from '../../spool/uploads.js';
import type { Database } from '../../storage/database.js';
import type { SolveQueue } from '../../storage/solve-queue.js';
import type { VaultClient } from '../../vault/vault-client.js';
import type { Order, Plan, Step, StepContext } from '../plan.js';
import { countRows, type ResetCounts, wouldRemove } from '../reset/counts.js';
import { openVault, readyMs } from '../reset/open-vault.js';
import { backupBytes, needRoom } from '../reset/room.js';
import { deleteRows, endJobs, nobodyLeft, uploadsEndedAt } from '../reset/rows.js';
import type { Cause, TargetClient } from '../target-client.js';
import { needTargets, targetStep } from '../target-steps.js';
import { keysLater, needKeys } from '../unseal-keys.js';
import { snapshotOf } from './archive-steps.js';
import { isLeft, offerLeaving, orLeave } from './leave-vault.js';
import { needVault } from './need-vault.js';
import { pauseStep, resumeStep } from './pause-step.js';

/** Persisted with the job. */
export const resetParams = z.strictObject({
  scope: z
    .enum(['data', 'full'])
    .describe('data: jobs and what belongs to them; full: also accounts but superusers, API keys, sessions and Vault'),
  safety_backup: z.boolean().default(true).describe('false: what is deleted cannot be had back'),
  by_hand: z
    .boolean()
    .default(false)
    .describe('Where no solver reaches Vault: wait for the operator, with the commands to type, instead of refusing'),
  keys_later: keysLater,
});
export type ResetParams = z.output<typeof resetParams>;

export interface ResetParts {
  readonly database: Database;
  readonly queue: SolveQueue;
  readonly uploads: Pick<Uploads, 'remove' | 'check'>;
  readonly backups: BackupParts;
  /** Where archives lie, when that is a directory of this machine. */
  readonly archiveDirectory: string | undefined;
  readonly targets: TargetClient;
  /** Undefined: there is none. `alias`: the target that it runs as. */
  readonly vault: { readonly client: VaultClient; readonly alias: string } | undefined;
  readonly now: () => Date;
}

interface Context {
  readonly parts: ResetParts;
  readonly params: ResetParams;
  readonly jobId: string;
  readonly cause: Cause;
}

export function resetPlan(parts: ResetParts): Plan<Context> {
  return {
    steps: [
      ...[pause, safetyBackup, endSolving, removeUploads, deleteAll, resumeStep<Context>()],
      ...[clearVault, ...restart(parts), openAgain].map(ofVault),
    ],
    pointOfNoReturn: endSolving.name,
    context: ({ jobId, params, actor, requestId }: Order) => ({
      ...{ parts, jobId, cause: { actor, requestId } },
      params: resetParams.parse(params),
    }),
    async preflight(ctx, gift) {
      await look(ctx);
      const health = await vaultOf(ctx)?.client.health();
      if (health) needKeys(gift, ctx.params, health.shares.needed);
    },
    foresee: async ({ params, cause }) => (await resetDryRun(parts, params, cause.actor)).lines,
  };
}

export interface ResetDryRun {
  readonly counts: ResetCounts;
  /** Secrets that Astrogate keeps in Vault; undefined: they are not touched. */
  readonly vaultSecrets: number | undefined;
  /** For people. */
  readonly lines: readonly string[];
}

/** What would happen. Throws what the preflight throws. */
export async function resetDryRun(parts: ResetParts, params: ResetParams, actor: string): Promise<ResetDryRun> {
  const ctx: Context = { parts, params, jobId: 'dry-run', cause: { actor, requestId: 'dry-run' } };
  const { counts, vaultSecrets } = await look(ctx);
  const { jobs, liveJobs, accounts, keptAccounts, apiKeys, sessions } = counts;
  const lines = [
    `${jobs} jobs would be deleted; ${liveJobs} of them would be ended first.`,
    params.scope === 'full'
      ? `${accounts} accounts, ${apiKeys} API keys and ${sessions} sessions would be deleted; ${keptAccounts} superusers stay, and sign in again.`
      : 'Accounts, API keys and configuration stay.',
    ...(vaultSecrets === undefined
      ? []
      : [
          `${vaultSecrets} secrets would be deleted in Vault, and it is restarted: it wants its unseal keys then, and without them it stays sealed.`,
        ]),
    params.safety_backup ? 'A backup is made first.' : 'No backup is made: nothing of it can be had back.',
  ];
  return { counts, vaultSecrets, lines };
}

/** Everything that a reset depends on. Changes nothing. Throws AstrogateError. */
async function look(ctx: Context): Promise<Pick<ResetDryRun, 'counts' | 'vaultSecrets'>> {
  const { parts, params, cause } = ctx;
  const { database, backups, archiveDirectory } = parts;
  const counts = await countRows(database.db);
  await parts.uploads.check().catch((error) => {
    throw AstrogateError.from(error, 'storage_unavailable');
  });
  if (params.scope === 'full') {
    if (counts.openAccounts === 0) throw nobodyLeft();
    if (await wouldRemove(database.db, cause.actor))
      throw new AstrogateError('forbidden', 'A full reset would remove your own account: a superuser must ask for it');
  }
  if (params.safety_backup) {
    const bytes = await backupBytes(database.db, counts.uploadBytes);
    await needRoom(bytes, [backups.directory, ...(archiveDirectory === undefined ? [] : [archiveDirectory])]);
  }
  return { counts, vaultSecrets: await lookAtVault(ctx) };
}

/** How many secrets we keep there. Throws when it is not open, does not let us, or could not be restarted. */
async function lookAtVault(ctx: Context): Promise<number | undefined> {
  const vault = vaultOf(ctx);
  if (!vault) return undefined;
  const { state } = await vault.client.health();
  if (state === 'sealed') throw new AstrogateError('vault_sealed');
  if (state !== 'active') throw new AstrogateError('vault_unavailable', `Vault is ${state}`);
  const secrets = await vault.client.data.count();
  await vault.client.data.needDelete();
  if (!ctx.params.by_hand) await needTargets(targetsOf(ctx), [vault.alias]);
  return secrets;
}

const pause = pauseStep(({ parts }: Context) => parts.database);

/** After the pause, so that nothing is deleted that is not in it. */
const safetyBackup: Step<Context> = {
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

const endSolving: Step<Context> = {
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
const removeUploads: Step<Context> = {
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

const deleteAll: Step<Context> = {
  name: 'delete-rows',
  async run({ parts, params }, step) {
    const deleted = await deleteRows(parts.database, params.scope);
    const counts = Object.entries(deleted).map(([table, count]) => `${table} ${count}`);
    await step.note(`deleted: ${counts.join(', ')}`);
    return 'done';
  },
};

interface VaultContext {
  readonly jobId: string;
  readonly client: VaultClient;
  readonly alias: string;
  readonly targets: TargetClient;
  readonly cause: Cause;
}

/** Nothing brings these back but the safety backup; so they come last. */
const clearVault: Step<VaultContext> = {
  name: 'clear-vault',
  async run(vault, step) {
    const open = await openVault(vault, step);
    if (open !== 'done') return open;
    const count = await vault.client.data.clear(step.signal);
    await step.note(`${count} secrets deleted for ever`);
    return 'done';
  },
  async probe({ client }, { signal }) {
    await needVault(client, signal);
    await client.data.needDelete(signal);
    return true;
  },
};

/** What Vault has in memory is gone only with its process. */
function restart({ vault }: ResetParts): Step<VaultContext>[] {
  const alias = vault?.alias ?? 'vault';
  const isAway = async ({ client }: VaultContext, { told }: StepContext) => {
    const health = await client.health().catch(() => undefined);
    // A Vault that was open is sealed only if it was stopped; one that does not answer may only be cut off.
    return health === undefined ? told : health.state === 'sealed';
  };
  const isBack = async (ctx: VaultContext) => (await ctx.client.health().catch(() => undefined)) !== undefined;
  return [
    targetStep<VaultContext>('stop', alias, { byHand: true, isDone: isAway, name: 'stop-vault' }),
    targetStep<VaultContext>('start', alias, { byHand: true, isDone: isBack, name: 'start-vault' }),
  ];
}

/** Sealed, as it is after a start, it waits for the unseal keys. */
const openAgain: Step<VaultContext> = {
  name: 'open-vault',
  async run(vault, step) {
    const open = await openVault(vault, step);
    if (open !== 'done') return open;
    await vault.client.login(AbortSignal.any([step.signal, AbortSignal.timeout(readyMs)]));
    await step.note('Vault is open and lets us in');
    return 'done';
  },
  async probe({ client }, { signal }) {
    await needVault(client, signal);
    return true;
  },
};

/** By now nothing can be undone, and all but Vault is as it was asked for: its operator may leave it as it is. */
function ofVault(step: Step<VaultContext>): Step<Context> {
  const toVault = (ctx: Context): VaultContext | undefined => {
    const vault = vaultOf(ctx);
    return vault && { ...vault, ...targetsOf(ctx), jobId: ctx.jobId };
  };
  return {
    name: step.name,
    async run(ctx, given) {
      const vault = toVault(ctx);
      if (!vault) {
        await given.note('Vault is not part of this reset');
        return 'done';
      }
      if (await isLeft(given)) return 'done';
      try {
        const result = await step.run(vault, given);
        return result === 'done' ? result : { ...result, why: orLeave(result.why, ctx.jobId) };
      } catch (error) {
        throw offerLeaving(error, ctx.jobId);
      }
    },
    async probe(ctx, given) {
      const vault = toVault(ctx);
      return vault !== undefined && ((await step.probe?.(vault, given)) ?? false);
    },
  };
}

/** Undefined: Vault is not touched. */
const vaultOf = ({ parts, params }: Context) => (params.scope === 'full' ? parts.vault : undefined);

const targetsOf = ({ parts: { targets }, cause }: Context) => ({ targets, cause });
