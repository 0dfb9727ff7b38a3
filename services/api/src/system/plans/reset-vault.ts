// Vault's part of a full reset, after everything else: what is kept there goes, and Vault's process with what it has in memory.
import type { VaultClient } from '../../vault/vault-client.js';
import type { Step, StepContext } from '../plan.js';
import { openVault, readyMs } from '../reset/open-vault.js';
import type { Cause, TargetClient } from '../target-client.js';
import { targetStep } from '../target-steps.js';
import { isLeft, offerLeaving, orLeave } from './leave-vault.js';
import { needVault } from './need-vault.js';
import { type ResetContext, type ResetParts, targetsOf, vaultOf } from './reset-order.js';

export function vaultResetSteps(parts: ResetParts): Step<ResetContext>[] {
  return [clearVault, ...restart(parts), openAgain].map(ofVault);
}

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
    return health === undefined ? told !== undefined : health.state === 'sealed';
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
function ofVault(step: Step<VaultContext>): Step<ResetContext> {
  const toVault = (ctx: ResetContext): VaultContext | undefined => {
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
      if (await isLeft(given)) return 'skipped';
      try {
        const result = await step.run(vault, given);
        return typeof result === 'string' ? result : { ...result, why: orLeave(result.why, ctx.jobId) };
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
