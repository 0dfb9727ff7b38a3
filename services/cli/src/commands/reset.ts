// `astrogate admin reset`: empties the system.
import { Argument, type Command } from 'commander';
import { order } from '../http/system.js';
import { type OrderKeyOptions, orderKeyOptions, unsealKeysOf } from './admin-jobs.js';
import type { CommandContext } from './context.js';
import {
  afterOrder,
  type ConfirmOptions,
  confirmOptions,
  type OrderOptions,
  orderOptions,
  phraseOf,
} from './order-job.js';
import { serverCommand, serverOf } from './server-command.js';
import { signInAs, withCode } from './sign-in.js';

interface ResetOptions extends OrderOptions, ConfirmOptions, OrderKeyOptions {
  /** False: --no-safety-backup was given. */
  readonly safetyBackup: boolean;
  readonly byHand?: boolean;
}

export function resetCommand(context: CommandContext): Command {
  const about = 'delete all jobs; or, with "full", also accounts but superusers, API keys and what Vault keeps for it';
  return orderKeyOptions(
    confirmOptions(orderOptions(serverCommand('reset', about))),
    ', since a full reset restarts it',
  )
    .addArgument(new Argument('<scope>', 'what is deleted').choices(['data', 'full']))
    .option('--no-safety-backup', 'make no backup first: nothing of it can be had back')
    .option('--by-hand', 'where no solver reaches Vault: wait until you have typed what the job says')
    .action(async (scope: string, options: ResetOptions) => {
      const server = serverOf(options);
      const { token, password } = await signInAs(context, options);
      const asker = { server, token };
      const { safetyBackup, byHand, keysLater, dryRun } = options;
      const wish = { scope, safety_backup: safetyBackup, by_hand: byHand === true, keys_later: keysLater === true };
      if (dryRun)
        return afterOrder(context, asker, options, await order(asker, 'reset', { json: wish, isDryRun: true }));
      const phrase = await phraseOf(context, options, `reset ${scope}`);
      const keys = await unsealKeysOf(context, options);
      const made = await withCode(context, options.confirmCode, '--confirm-code', (code) => {
        const json = { ...wish, password, code, phrase, ...(keys && { unseal_keys: keys }) };
        return order(asker, 'reset', { json, isDryRun: false });
      });
      await afterOrder(context, asker, options, made);
    });
}
