// The way back of a restore's Vault part: the safety backup's snapshot, the same way. Its operator may leave Vault as it is.
import { AstrogateError } from '@astrogate/proto';
import type { StepContext, StepResult } from '../plan.js';
import { commandFor } from '../target-steps.js';
import { backupIdOf } from './archive-steps.js';
import { isLeft, offerLeaving, orLeave } from './leave-vault.js';
import type { RestoreContext } from './restore-context.js';
import { alias, open, sentBackKey, touchedKey, whoseNow, within, withSnapshot } from './vault-of-restore.js';

/** Does nothing to a Vault that was sent nothing. */
export async function putVaultBack(ctx: RestoreContext, step: StepContext): Promise<StepResult> {
  if (step.kept[touchedKey] !== true) return 'done';
  if (await isLeft(step)) {
    await step.note(`Vault is left as its operator has it; how it was is in backup ${backupIdOf(step)}`);
    return 'done';
  }
  try {
    return await restoreOld(ctx, step);
  } catch (error) {
    throw offerLeaving(inWords(error), ctx.jobId);
  }
}

/** A Vault that has other AppRoles now can be put back with ids of now, or by its operator. */
function inWords(error: unknown): unknown {
  if (!(error instanceof AstrogateError) || error.code !== 'vault_denied') return error;
  const why = 'Vault does not let us put back what it kept: give us a role id and secret id of now, and continue';
  return new AstrogateError('vault_denied', why, { cause: error });
}

/** The safety backup's snapshot, and proof of it. */
async function restoreOld(ctx: RestoreContext, step: StepContext): Promise<StepResult> {
  const id = backupIdOf(step);
  if (id === undefined) return 'done';
  const vault = ctx.demandVault();
  const waits = await openForUndo(ctx, step);
  if (waits) return waits;
  const restored = await withSnapshot(ctx, id, step.signal, async (content) => {
    await step.keep(sentBackKey, true);
    return vault.restoreSnapshot(content, step.signal);
  });
  if (restored.state === 'active') return 'done';
  await restartForUndo(ctx, step);
  const waitsAgain = await openForUndo(ctx, step);
  if (waitsAgain) return waitsAgain;
  await vault.waitUntil('active', within(step.signal));
  if ((await restored.isApplied(step.signal)) !== true)
    throw new AstrogateError('vault_unavailable', 'Vault has not put back what it kept before the restore');
  return 'done';
}

async function openForUndo(ctx: RestoreContext, step: StepContext): Promise<StepResult | undefined> {
  const waits = await open(ctx, step, whoseNow(step));
  if (typeof waits !== 'object') return undefined;
  return { ...waits, why: orLeave(`${waits.why}; without them what it kept cannot be put back`, ctx.jobId) };
}

/** Without an engine a sealed Vault is tried as it is; its operator hears what to do when that is not enough. */
async function restartForUndo({ targets, cause }: RestoreContext, step: StepContext): Promise<void> {
  try {
    await targets.act('restart', alias, cause, { signal: step.signal });
  } catch (error) {
    await step.note(`do by hand: ${commandFor('restart', alias)} (${AstrogateError.from(error).message})`);
  }
}
