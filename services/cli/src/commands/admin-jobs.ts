// `astrogate admin jobs|job|continue|cancel`: admin jobs that were begun. Ctrl-C ends the following, never the job.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { secretFrom } from '../accounts/ask-secret.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { Interrupted, UsageFailure } from '../failure.js';
import {
  type Asker,
  cancelSystemJob,
  continueSystemJob,
  followSystemJob,
  listSystemJobs,
  type SystemJob,
  showSystemJob,
} from '../http/system.js';
import { adminJobLines, adminJobListLines, newLines } from '../output/admin-jobs.js';
import type { CommandContext } from './context.js';
import { type ServerOptions, serverCommand, serverOf, show } from './server-command.js';
import { type PersonOptions, personOptions, signInAs, tokenOf, withCode } from './sign-in.js';

export type ReaderOptions = ServerOptions & Partial<PersonOptions>;

/** Whoever only looks may have a key. */
export function readerOptions(command: Command): Command {
  return command
    .option('--name <name>', 'name of your account (default: the API key that is kept)')
    .option('--password-file <file>', 'read your password from there (default: ask)')
    .option('--code <code>', 'of your authenticator app, or a recovery code');
}

export async function readerOf(context: CommandContext, options: ReaderOptions): Promise<Asker> {
  const { name } = options;
  return {
    server: serverOf(options),
    token: name === undefined ? undefined : await tokenOf(context, { ...options, name }),
  };
}

interface ContinueOptions extends PersonOptions, KeyOptions {
  readonly leaveVault?: boolean;
  readonly confirmCode?: string;
  readonly detach?: boolean;
}

export function adminJobCommands(context: CommandContext): Command[] {
  const jobs = readerOptions(serverCommand('jobs', 'the newest admin jobs')).action(async (options: ReaderOptions) => {
    show(context, options, await listSystemJobs(await readerOf(context, options)), ({ jobs }) =>
      adminJobListLines(jobs),
    );
  });

  const job = readerOptions(serverCommand('job', 'an admin job, step by step'))
    .argument('<id>', 'the job')
    .option('--follow', 'say what happens until it has ended')
    .action(async (id: string, options: ReaderOptions & { follow?: boolean }) => {
      const asker = await readerOf(context, options);
      if (options.follow) await followJob(context, asker, id, options);
      else show(context, options, await showSystemJob(asker, id), adminJobLines);
    });

  const proceed = personOptions(serverCommand('continue', 'tell a job that waits for you to go on'))
    .argument('<id>', 'the job')
    .option('--unseal-keys-file <file>', "Vault's unseal keys, one per line")
    .option('--unseal-keys', "type Vault's unseal keys")
    .option('--leave-vault', 'leave Vault as its operator has it: in a full reset, or in a restore that is taken back')
    .option('--confirm-code <code>', 'of --leave-vault: another code of your authenticator app (default: ask)')
    .option('--detach', 'do not follow it')
    .action(async (id: string, options: ContinueOptions) => {
      const { token, password } = await signInAs(context, options);
      const asker = { server: serverOf(options), token };
      const keys = await unsealKeysOf(context, options);
      const json = { ...(keys && { unseal_keys: keys }) };
      const told = options.leaveVault
        ? await withCode(context, options.confirmCode, '--confirm-code', (code) =>
            continueSystemJob(asker, id, { ...json, leave_vault: true, password, code }),
          )
        : await continueSystemJob(asker, id, json);
      if (options.detach) show(context, options, told, adminJobLines);
      else await followJob(context, asker, id, options);
    });

  const cancel = personOptions(serverCommand('cancel', 'undo what a job has done, as long as that is possible'))
    .argument('<id>', 'the job')
    .action(async (id: string, options: PersonOptions) => {
      const asker = { server: serverOf(options), token: await tokenOf(context, options) };
      await cancelSystemJob(asker, id);
      await followJob(context, asker, id, options);
    });

  return [jobs, job, proceed, cancel];
}

export interface KeyOptions {
  readonly unsealKeysFile?: string;
  readonly unsealKeys?: boolean;
}

/** Of an order in whose course Vault is sealed. */
export interface OrderKeyOptions extends KeyOptions {
  readonly keysLater?: boolean;
}

/** `whose` says which keys. */
export function orderKeyOptions(command: Command, whose: string): Command {
  return command
    .option('--unseal-keys-file <file>', `Vault's unseal keys${whose}, one per line`)
    .option('--unseal-keys', 'type those keys')
    .option('--keys-later', 'give them when the job asks for them');
}

/** Undefined: none are given. Throws UsageFailure. */
export async function unsealKeysOf(
  { output }: CommandContext,
  { unsealKeysFile: file, unsealKeys }: KeyOptions,
): Promise<string[] | undefined> {
  if (file !== undefined) return readKeys(file);
  if (!unsealKeys) return undefined;
  const keys: string[] = [];
  for (;;) {
    const source = { file: undefined, option: '--unseal-keys-file' };
    const key = (
      await secretFrom(`Unseal key ${keys.length + 1} (empty: that was the last one)`, source, output)
    ).trim();
    if (key === '') break;
    keys.push(key);
  }
  return keys.length > 0 ? keys : undefined;
}

function readKeys(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageFailure(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
  const keys = text.split(/\s+/).filter((key) => key !== '');
  if (keys.length === 0) throw new UsageFailure(`${file} holds no keys`);
  return keys;
}

/**
 * Says what happens to a job until it has ended, and sets the exit code. A job that waits for a person is left to wait
 * where nobody sits at a terminal.
 */
export async function followJob(
  context: CommandContext,
  asker: Asker,
  id: string,
  { json = false }: ServerOptions,
): Promise<void> {
  const { output, interrupted } = context;
  let last: SystemJob | undefined;
  try {
    for await (const job of followSystemJob(asker, id, interrupted)) {
      if (json) output.line(JSON.stringify(job));
      else for (const line of newLines(last, job)) output.line(line);
      last = job;
      if (job.status === 'waiting_for_operator' && !process.stdin.isTTY) break;
    }
  } catch (error) {
    if (last) output.note(howToFollow(last));
    else if (error instanceof Interrupted) output.note(`the job goes on; see: astrogate admin job ${id} --follow`);
    throw error;
  }
  if (!last) return;
  // What it waits for was said already.
  if (!json && last.waiting === null) for (const line of adminJobLines(last)) output.line(line);
  context.exitCode = exitCodeOf(last);
}

/** A restore exchanges the accounts: whoever followed it has to sign in anew. */
function howToFollow({ id, kind }: SystemJob): string {
  const how = `the job goes on; see: astrogate admin job ${id} --follow`;
  return kind === 'restore' ? `${how} (with an account of the backup, once that is in use)` : how;
}

/** A job that is done but for what the operator has left out is not as it was asked for. */
export function exitCodeOf({ status, steps }: SystemJob): ExitCode {
  const isWhole = steps.every((step) => step.status !== 'skipped');
  if (status === 'done') return isWhole ? exitCodes.solved : exitCodes.notSolved;
  return status === 'waiting_for_operator' ? exitCodes.notSolved : exitCodes.serverError;
}
