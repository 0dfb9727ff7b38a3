// What the commands that begin an admin job have in common: dry run, confirmation, and following it to its end.
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { Interrupted, UsageFailure } from '../failure.js';
import type { Asker, DryRun, SystemJob } from '../http/system.js';
import { adminJobLines, dryRunLines } from '../output/admin-jobs.js';
import { followJob } from './admin-jobs.js';
import type { CommandContext } from './context.js';
import { show } from './server-command.js';
import { type PersonOptions, personOptions } from './sign-in.js';

export interface OrderOptions extends PersonOptions {
  readonly dryRun?: boolean;
  readonly detach?: boolean;
}

export interface ConfirmOptions {
  readonly confirm?: string;
  readonly confirmCode?: string;
}

export function orderOptions(command: Command): Command {
  return personOptions(command)
    .option('--dry-run', 'say what would happen, and do nothing')
    .option('--detach', 'do not wait for its end');
}

/** What cannot be undone asks for a phrase, and for the password and a code again. */
export function confirmOptions(command: Command): Command {
  return command
    .option('--confirm <phrase>', 'the phrase that is asked for (default: ask)')
    .option('--confirm-code <code>', 'another code of your authenticator app, since each works once (default: ask)');
}

/** Throws UsageFailure when there is neither an option nor a terminal. */
export async function phraseOf({ output, interrupted }: CommandContext, { confirm }: ConfirmOptions, phrase: string) {
  if (confirm !== undefined) return confirm;
  if (!process.stdin.isTTY) throw new UsageFailure(`There is no terminal to confirm at; give --confirm "${phrase}"`);
  output.note(`This cannot be undone by itself. To go on, type: ${phrase}`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question('> ', { signal: interrupted });
  } catch {
    throw new Interrupted();
  } finally {
    lines.close();
  }
}

/** Says what was begun, or what would be, and follows it. */
export async function afterOrder(
  context: CommandContext,
  asker: Asker,
  options: OrderOptions,
  made: SystemJob | DryRun,
): Promise<void> {
  if ('dry_run' in made) return show(context, options, made, dryRunLines);
  if (options.detach) return show(context, options, made, adminJobLines);
  context.output.note(`job ${made.id}; Ctrl-C leaves it running`);
  await followJob(context, asker, made.id, options);
}
