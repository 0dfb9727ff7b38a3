// `astrogate users …`: accounts, for admins.
import { Command } from 'commander';
import { secretFrom } from '../accounts/ask-secret.js';
import { UsageFailure } from '../failure.js';
import { addUser, bootstrap, changeUser, listUsers, removeUser, type User } from '../http/accounts.js';
import { table } from '../output/table.js';
import type { CommandContext } from './context.js';
import { type ServerOptions, serverCommand, serverOf, show } from './server-command.js';

interface PasswordOptions extends ServerOptions {
  readonly passwordFile?: string;
}

interface ChangeOptions extends ServerOptions {
  readonly role?: string;
  readonly superuser?: string;
  readonly disabled?: string;
  readonly withoutSecondFactor?: boolean;
}

export function usersCommand(context: CommandContext): Command {
  const group = new Command('users').description('accounts of the server; for admins');
  group.addCommand(listCommand(context), { isDefault: true });
  for (const create of [bootstrapCommand, addCommand, changeCommand, passwordCommand, removeCommand])
    group.addCommand(create(context));
  return group;
}

function listCommand(context: CommandContext): Command {
  return serverCommand('list', 'all accounts').action(async (options: ServerOptions) => {
    show(context, options, await listUsers(serverOf(options)), ({ users }) => userLines(users));
  });
}

function bootstrapCommand(context: CommandContext): Command {
  return serverCommand('bootstrap', 'make the first admin, with the secret that the first start of the server printed')
    .requiredOption('--name <name>', 'his name')
    .option('--secret-file <file>', 'read the secret from there (default: ask)')
    .option('--password-file <file>', 'read his password from there (default: ask)')
    .action(async (options: PasswordOptions & { name: string; secretFile?: string }) => {
      const file = { file: options.secretFile, option: '--secret-file' };
      const secret = await secretFrom('Bootstrap secret', file, context.output);
      const password = await newPassword(context, options);
      await bootstrap(serverOf(options), { secret, name: options.name, password });
      show(context, options, { name: options.name }, () => [`${options.name}: made; now astrogate login`]);
    });
}

function addCommand(context: CommandContext): Command {
  return serverCommand('add', 'make an account')
    .argument('<name>', 'its name')
    .option('--role <role>', 'viewer, operator or admin', 'viewer')
    .option('--superuser', 'an admin whom only superusers may change')
    .option('--password-file <file>', 'read its password from there (default: ask)')
    .action(async (name: string, options: PasswordOptions & { role: string; superuser?: boolean }) => {
      const password = await newPassword(context, options);
      const wanted = { name, password, role: options.role, is_superuser: options.superuser === true };
      show(context, options, await addUser(serverOf(options), wanted), (user) => userLines([user]));
    });
}

function changeCommand(context: CommandContext): Command {
  return serverCommand('change', 'change what an account may do')
    .argument('<id>', 'the account')
    .option('--role <role>', 'viewer, operator or admin')
    .option('--superuser <yes|no>', 'whether it is a superuser')
    .option('--disabled <yes|no>', 'whether it is disabled, which ends its sessions and keys at once')
    .option('--without-second-factor', 'take its second factor away')
    .action(async (id: string, options: ChangeOptions) => {
      const change = {
        ...(options.role !== undefined && { role: options.role }),
        ...(options.superuser !== undefined && { is_superuser: yesOrNo('--superuser', options.superuser) }),
        ...(options.disabled !== undefined && { is_disabled: yesOrNo('--disabled', options.disabled) }),
        ...(options.withoutSecondFactor && { has_second_factor: false }),
      };
      show(context, options, await changeUser(serverOf(options), id, change), (user) => userLines([user]));
    });
}

function passwordCommand(context: CommandContext): Command {
  return serverCommand('password', 'give an account another password, which ends its sessions')
    .argument('<id>', 'the account')
    .option('--password-file <file>', 'read it from there (default: ask)')
    .action(async (id: string, options: PasswordOptions) => {
      const password = await newPassword(context, options);
      show(context, options, await changeUser(serverOf(options), id, { password }), (user) => userLines([user]));
    });
}

function removeCommand(context: CommandContext): Command {
  return serverCommand('remove', 'remove an account with its sessions and keys')
    .argument('<id>', 'the account')
    .action(async (id: string, options: ServerOptions) => {
      await removeUser(serverOf(options), id);
      show(context, options, { id, removed: true }, () => [`${id}: removed`]);
    });
}

function newPassword({ output }: CommandContext, { passwordFile }: PasswordOptions): Promise<string> {
  return secretFrom('New password', { file: passwordFile, option: '--password-file' }, output);
}

function yesOrNo(option: string, text: string): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw new UsageFailure(`${option} takes yes or no`);
}

function userLines(users: readonly User[]): string[] {
  return table(
    ['ID', 'NAME', 'ROLE', 'SUPERUSER', 'DISABLED', 'SECOND FACTOR', 'CREATED'],
    users.map((user) => [
      ...[user.id, user.name, user.role, user.is_superuser ? 'yes' : 'no', user.is_disabled ? 'yes' : 'no'],
      ...[user.has_second_factor ? 'yes' : 'no', user.created_at],
    ]),
  );
}
