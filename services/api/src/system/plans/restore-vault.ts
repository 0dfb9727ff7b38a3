// Vault's part of a restore: its snapshot goes back through its own API; its container is restarted, so that it reads
// what it keeps from its disk again; it is unsealed with the snapshot's keys, which proves that somebody has them; and the
// snapshot is proved to be in place. All of it is asked of Vault, nothing is waited out.
import { Readable } from 'node:stream';
import { AstrogateError } from '@astrogate/proto';
import { invalid } from '../../backup/invalid.js';
import { sweepFiles } from '../../backup/leftovers.js';
import { vaultName } from '../../backup/member-name.js';
import { type SealedFile, writeSealed } from '../../backup/sealed-file.js';
import type { VaultState } from '../../vault/health.js';
import type { Step, StepContext, StepResult } from '../plan.js';
import { commandFor, targetStep } from '../target-steps.js';
import { keysOf } from '../unseal-keys.js';
import { backupIdOf } from './archive-steps.js';
import { isLeft, offerLeaving, orLeave } from './leave-vault.js';
import { needVault } from './need-vault.js';
import type { RestoreContext } from './restore-context.js';

const alias = 'vault';
/** Before anything is sent that may change what Vault keeps; false again when Vault has refused it. */
const touchedKey = 'vault_touched';
/** How Vault was when it had taken the snapshot. */
const sentKey = 'vault_sent';
/** Before the safety backup's snapshot is sent: from then on Vault may have the keys of before again. */
const sentBackKey = 'vault_sent_back';
/** A container that was restarted answers within seconds, on a slow disk within some tens of them. */
const readyMs = 60_000;

const within = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(readyMs)]);
const stateOf = async (ctx: RestoreContext, signal: AbortSignal): Promise<VaultState> =>
  (await ctx.demandVault().health(signal)).state;

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

function askForKeys({ jobId }: RestoreContext, why: string): StepResult {
  return { wait: 'operator', commands: [`astrogate admin continue ${jobId} --unseal-keys-file FILE`], why };
}

/** Opens Vault with the keys that were given. Undefined: it is open; else what the operator is to do. */
async function open(ctx: RestoreContext, step: StepContext, whose: string): Promise<StepResult | undefined> {
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
async function withSnapshot<T>(
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
  async undo(ctx, step) {
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
  },
  probe: async (ctx, { signal }) => (await stateOf(ctx, signal)) === 'active',
});

/** Whether Vault has said no before it has changed anything; see `restoreSnapshot`. */
function isUnchanged(error: unknown): boolean {
  const { code } = AstrogateError.from(error);
  return code !== 'vault_unavailable' && code !== 'cancelled' && code !== 'internal';
}

/** A Vault that is sealed does not say which keys it wants. */
function whoseNow({ kept }: StepContext): string {
  if (kept[sentBackKey] === true) return 'of before the restore';
  if (kept[touchedKey] !== true || kept[sentKey] === 'active') return 'that it has had all along';
  return "of the snapshot's time (those of before fit only where it did not take the snapshot)";
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

const restart = ofVault(
  targetStep<RestoreContext>('restart', alias, {
    byHand: true,
    // Vault was open when it had taken a snapshot with its own keys: once it is sealed, it was restarted. Where it had
    // sealed itself, or was opened again at once, only its operator knows.
    async isDone(ctx, step) {
      const state = await stateOf(ctx, step.signal);
      return step.told || (step.kept[sentKey] === 'active' && state === 'sealed');
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
