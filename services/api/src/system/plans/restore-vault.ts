// Vault's part of a restore: its snapshot goes back through its own API; its container is restarted, so that it reads
// what it keeps from its disk again; it is unsealed with the snapshot's keys, which proves that somebody has them; and the
// snapshot is proved to be in place. All of it is asked of Vault, nothing is waited out.
import { AstrogateError } from '@astrogate/proto';
import type { Step, StepContext } from '../plan.js';
import { targetStep } from '../target-steps.js';
import { needVault } from './need-vault.js';
import type { RestoreContext } from './restore-context.js';
import { putVaultBack } from './restore-vault-back.js';
import { alias, open, sentKey, stateOf, touchedKey, whoseNow, within, withSnapshot } from './vault-of-restore.js';

/** The rest of the plan does not know when a step is no part of the job. */
function ofVault(step: Step<RestoreContext>): Step<RestoreContext> {
  const { run, undo, probe } = step;
  return {
    name: step.name,
    async run(ctx, context) {
      if (ctx.withVault) return run(ctx, context);
      await context.note('no part of this restore');
      return 'done';
    },
    ...(undo && {
      undo: async (ctx, context) => (ctx.withVault ? ((await undo(ctx, context)) ?? 'done') : 'done'),
    }),
    ...(probe && { probe }),
  };
}

/** Done twice it comes to the same end. An api that was killed may have left Vault open or sealed, old or new. */
const send = ofVault({
  name: 'restore-vault',
  async run(ctx, step) {
    if (step.kept[sentKey] !== undefined) return 'done';
    const waits = await open(ctx, step, whoseNow(step));
    if (waits) return waits;
    const wasTouched = step.kept[touchedKey] === true;
    await step.keep(touchedKey, true);
    try {
      ctx.restored = await withSnapshot(ctx, ctx.backupId, step.signal, (content) =>
        ctx.demandVault().restoreSnapshot(content, step.signal),
      );
    } catch (error) {
      // An api that was killed may have sent it before.
      if (!wasTouched && isUnchanged(error)) await step.keep(touchedKey, false);
      throw error;
    }
    await step.keep(sentKey, ctx.restored.state);
    await step.note(`Vault has taken the snapshot and is ${ctx.restored.state}`);
    return 'done';
  },
  undo: putVaultBack,
  probe: async (ctx, { signal }) => (await stateOf(ctx, signal)) === 'active',
});

/** Whether Vault has said no before it has changed anything; see `restoreSnapshot`. */
function isUnchanged(error: unknown): boolean {
  const { code } = AstrogateError.from(error);
  return code !== 'vault_unavailable' && code !== 'cancelled' && code !== 'internal';
}

const restart = ofVault(
  targetStep<RestoreContext>('restart', alias, {
    byHand: true,
    // Vault was open when it had taken a snapshot with its own keys: once it is sealed, it was restarted. Where it had
    // sealed itself, or was opened again at once, only its operator knows.
    async isDone(ctx, step) {
      const state = await stateOf(ctx, step.signal);
      return step.told !== undefined || (step.kept[sentKey] === 'active' && state === 'sealed');
    },
  }),
);

const unseal = ofVault({
  name: 'unseal-vault',
  async run(ctx, step) {
    const waits = await open(ctx, step, "of the snapshot's time");
    if (waits) return waits;
    await step.note('Vault is open');
    return 'done';
  },
  probe: async (ctx, { signal }) => (await stateOf(ctx, signal)) === 'active',
});

/** That Vault answers to us, and that what it keeps is the snapshot. */
const prove = ofVault({
  name: 'prove-vault',
  async run(ctx, step) {
    const vault = ctx.demandVault();
    await vault.waitUntil('active', within(step.signal));
    try {
      await needVault(vault, step.signal);
    } catch (error) {
      if (!(error instanceof AstrogateError) || error.code !== 'vault_denied') throw error;
      return {
        wait: 'operator',
        commands: [
          'vault write -f -field=secret_id auth/approle/role/astrogate/secret-id > secret-id',
          'vault read -field=role_id auth/approle/role/astrogate/role-id > role-id',
        ],
        why:
          'Vault has the role id and secret ids of the snapshot now: put new ones into VAULT_SECRET_ID_FILE and, where ' +
          'the role id is another one, into VAULT_ROLE_ID_FILE, which counts when the api was restarted',
      };
    }
    if (!(await isInPlace(ctx, step)))
      throw new AstrogateError('vault_unavailable', 'Vault does not keep what the snapshot has');
    await step.note('Vault keeps what the snapshot has');
    return 'done';
  },
  async probe(ctx, { signal }) {
    await needVault(ctx.vault, signal);
    return true;
  },
});

/**
 * A token that has lapsed proves nothing, and an api that was killed has lost it: then Vault, which has the snapshot's keys
 * now, gets it again.
 */
async function isInPlace(ctx: RestoreContext, step: StepContext): Promise<boolean> {
  if (step.kept[sentKey] === 'active') return true;
  const isApplied = await ctx.restored?.isApplied(step.signal);
  if (isApplied !== undefined) return isApplied;
  const vault = ctx.demandVault();
  ctx.restored = await withSnapshot(ctx, ctx.backupId, step.signal, (content) =>
    vault.restoreSnapshot(content, step.signal),
  );
  return ctx.restored.state === 'active';
}

export const vaultSteps = { send, restart, unseal, prove } as const;
