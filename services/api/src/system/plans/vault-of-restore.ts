// What both ways of a restore ask of Vault: that it is opened with the keys that the operator gave, and a backup's snapshot.
import { Readable } from 'node:stream';
import { AstrogateError } from '@astrogate/proto';
import { invalid } from '../../backup/invalid.js';
import { sweepFiles } from '../../backup/leftovers.js';
import { vaultName } from '../../backup/member-name.js';
import { type SealedFile, writeSealed } from '../../backup/sealed-file.js';
import type { VaultState } from '../../vault/health.js';
import type { StepContext, StepResult } from '../plan.js';
import { keysOf } from '../unseal-keys.js';
import type { RestoreContext } from './restore-context.js';

export const alias = 'vault';
/** Before anything is sent that may change what Vault keeps; false again when Vault has refused it. */
export const touchedKey = 'vault_touched';
/** How Vault was when it had taken the snapshot. */
export const sentKey = 'vault_sent';
/** Before the safety backup's snapshot is sent: from then on Vault may have the keys of before again. */
export const sentBackKey = 'vault_sent_back';
/** A container that was restarted answers within seconds, on a slow disk within some tens of them. */
const readyMs = 60_000;

export const within = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(readyMs)]);
export const stateOf = async (ctx: RestoreContext, signal: AbortSignal): Promise<VaultState> =>
  (await ctx.demandVault().health(signal)).state;

function askForKeys({ jobId }: RestoreContext, why: string): StepResult {
  return { wait: 'operator', commands: [`astrogate admin continue ${jobId} --unseal-keys-file FILE`], why };
}

/** Opens Vault with the keys that were given. Undefined: it is open; else what the operator is to do. */
export async function open(ctx: RestoreContext, step: StepContext, whose: string): Promise<StepResult | undefined> {
  const vault = ctx.demandVault();
  const { state, shares } = await vault.waitUntil(['sealed', 'active', 'standby'], within(step.signal));
  if (state !== 'sealed') return undefined;
  const keys = keysOf(step.gift);
  const wanted = `Vault is sealed and needs ${shares.needed} unseal keys ${whose}`;
  if (keys.length === 0) return askForKeys(ctx, wanted);
  // Asked again, wrong keys would only drop those that somebody is giving it by hand.
  if (ctx.refused?.gift === step.gift) return askForKeys(ctx, `${wanted}. ${ctx.refused?.why}`);
  try {
    await vault.unseal(keys, step.signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof AstrogateError) || error.code !== 'unseal_failed') throw error;
    ctx.refused = { gift: step.gift, why: error.message };
    return askForKeys(ctx, `${wanted}. ${error.message}`);
  }
}

/** Vault's part of a backup as a stream: first into a file that nobody can read, since an archive is right at its end. */
export async function withSnapshot<T>(
  ctx: RestoreContext,
  backupId: string,
  signal: AbortSignal,
  act: (content: Readable) => Promise<T>,
): Promise<T> {
  // What a run has left that was killed here.
  await sweepFiles([ctx.backups.directory], ctx.now());
  let file: SealedFile | undefined;
  try {
    for await (const { name, content } of ctx.members(backupId, signal))
      if (name.part === 'vault') file = await writeSealed(ctx.backups.directory, content, signal);
    if (!file) throw invalid("it has no snapshot of Vault's");
    const { manifest } = (await ctx.archive(backupId, signal)).checked;
    const listed = manifest.members.find(({ name }) => name === vaultName);
    if (listed?.sha256 !== file.sha256) throw invalid('it was changed while it was read');
    return await act(Readable.from(file.read(), { objectMode: false }));
  } finally {
    await file?.remove();
  }
}

/** A Vault that is sealed does not say which keys it wants. */
export function whoseNow({ kept }: StepContext): string {
  if (kept[sentBackKey] === true) return 'of before the restore';
  if (kept[touchedKey] !== true || kept[sentKey] === 'active') return 'that it has had all along';
  return "of the snapshot's time (those of before fit only where it did not take the snapshot)";
}
