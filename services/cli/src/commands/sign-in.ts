// What commands that need a person have in common: name, password and code.
import type { Command } from 'commander';
import { secretFrom } from '../accounts/ask-secret.js';
import { ServerFailure } from '../failure.js';
import { signIn } from '../http/accounts.js';
import type { CommandContext } from './context.js';
import { type ServerOptions, serverOf } from './server-command.js';

export interface PersonOptions extends ServerOptions {
  readonly name: string;
  readonly passwordFile?: string;
  readonly code?: string;
}

export function personOptions(command: Command): Command {
  return command
    .requiredOption('--name <name>', 'name of your account')
    .option('--password-file <file>', 'read your password from there (default: ask)')
    .option('--code <code>', 'of your authenticator app, or a recovery code (default: ask when it is needed)');
}

/** An access token, for some minutes; it is not kept. */
export async function tokenOf(context: CommandContext, options: PersonOptions): Promise<string> {
  return (await signInAs(context, options)).token;
}

/** The token with the password, for what asks for that again. */
export async function signInAs(
  context: CommandContext,
  options: PersonOptions,
): Promise<{ token: string; password: string }> {
  const server = serverOf(options);
  const { name, code } = options;
  const file = { file: options.passwordFile, option: '--password-file' };
  const password = await secretFrom('Password', file, context.output);
  const token = await withCode(context, code, '--code', (given) => signIn(server, { name, password, code: given }));
  return { token, password };
}

/** Does `act` with the code, if one is given, and once more with one that is typed when the server wants one. */
export async function withCode<T>(
  { output }: CommandContext,
  code: string | undefined,
  option: string,
  act: (code: string | undefined) => Promise<T>,
): Promise<T> {
  try {
    return await act(code);
  } catch (error) {
    const isCodeMissing = error instanceof ServerFailure && error.problem.code === 'second_factor_needed';
    if (!isCodeMissing || !process.stdin.isTTY) throw error;
    return act(await secretFrom('Code', { file: undefined, option }, output));
  }
}
