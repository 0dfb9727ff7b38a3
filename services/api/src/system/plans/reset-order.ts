// What is asked of a reset, and what is looked at before it begins and for a dry run. Changes nothing.
import { AstrogateError } from '@astrogate/proto';
import { z } from 'zod';
import type { BackupParts } from '../../backup/make-backup.js';
import type { Uploads } from '../../spool/uploads.js';
import type { Database } from '../../storage/database.js';
import type { SolveQueue } from '../../storage/solve-queue.js';
import type { VaultClient } from '../../vault/vault-client.js';
import { countRows, type ResetCounts, wouldRemove } from '../reset/counts.js';
import { backupBytes, needRoom } from '../reset/room.js';
import { nobodyLeft } from '../reset/rows.js';
import type { Cause, TargetClient } from '../target-client.js';
import { needTargets } from '../target-steps.js';
import { keysLater } from '../unseal-keys.js';

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

export interface ResetContext {
  readonly parts: ResetParts;
  readonly params: ResetParams;
  readonly jobId: string;
  readonly cause: Cause;
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
  const ctx: ResetContext = { parts, params, jobId: 'dry-run', cause: { actor, requestId: 'dry-run' } };
  const { counts, vaultSecrets } = await lookAtReset(ctx);
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
export async function lookAtReset(ctx: ResetContext): Promise<Pick<ResetDryRun, 'counts' | 'vaultSecrets'>> {
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
async function lookAtVault(ctx: ResetContext): Promise<number | undefined> {
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

/** Undefined: Vault is not touched. */
export const vaultOf = ({ parts, params }: ResetContext) => (params.scope === 'full' ? parts.vault : undefined);

export const targetsOf = ({ parts: { targets }, cause }: ResetContext) => ({ targets, cause });
