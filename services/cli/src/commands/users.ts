// `astrogate users …`: accounts, for admins. Changing them asks for the admin's password: no API key may do that.
import { Command } from 'commander';
import { secretFrom } from '../accounts/ask-secret.js';
import { UsageFailure } from '../failure.js';
import { addUser, bootstrap, changeUser, listUsers, removeUser, type User } from '../http/accounts.js';
import { table } from '../output/table.js';
import type { CommandContext } from './context.js';
import { type ServerOptions, serverCommand, serverOf, show } from './server-command.js';
import { type PersonOptions, personOptions, tokenOf } from './sign-in.js';

interface NewPasswordOptions {
  readonly newPasswordFile?: string;
}

interface ChangeOptions extends PersonOptions {
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
    .action(async (options: PersonOptions & { secretFile?: string }) => {
      const file = { file: options.secretFile, option: '--secret-file' };
      const secret = await secretFrom('Bootstrap secret', file, context.output);
      const password = await newPassword(context, options.passwordFile, '--password-file');
      await bootstrap(serverOf(options), { secret, name: options.name, password });
      show(context, options, { name: options.name }, () => [`${options.name}: made; now astrogate login`]);
    });
}

function addCommand(context: CommandContext): Command {
  return personOptions(serverCommand('add', 'make an account'))
    .argument('<name>', 'its name')
    .option('--role <role>', 'viewer, operator or admin', 'viewer')
    .option('--superuser', 'an admin whom only superusers may change')
    .option(...newPasswordOption)
    .action(
      async (name: string, options: PersonOptions & NewPasswordOptions & { role: string; superuser?: boolean }) => {
        const token = await tokenOf(context, options);
        const password = await newPassword(context, options.newPasswordFile);
        const wanted = { name, password, role: options.role, is_superuser: options.superuser === true };
        show(context, options, await addUser(serverOf(options), token, wanted), (user) => userLines([user]));
      },
    );
}

function changeCommand(context: CommandContext): Command {
  return personOptions(serverCommand('change', 'change what an account may do'))
    .argument('<account>', 'its name or id')
    .option('--role <role>', 'viewer, operator or admin')
    .option('--superuser <yes|no>', 'whether it is a superuser')
    .option('--disabled <yes|no>', 'whether it is disabled, which ends its sessions and removes its keys at once')
    .option('--without-second-factor', 'take its second factor away')
    .action(async (account: string, options: ChangeOptions) => {
      const change = {
        ...(options.role !== undefined && { role: options.role }),
        ...(options.superuser !== undefined && { is_superuser: yesOrNo('--superuser', options.superuser) }),
        ...(options.disabled !== undefined && { is_disabled: yesOrNo('--disabled', options.disabled) }),
        ...(options.withoutSecondFactor && { has_second_factor: false }),
      };
      const token = await tokenOf(context, options);
      show(context, options, await changeUser(serverOf(options), token, account, change), (user) => userLines([user]));
    });
}

function passwordCommand(context: CommandContext): Command {
  return personOptions(serverCommand('password', 'give an account another password: its sessions end, its keys go'))
    .argument('<account>', 'its name or id')
    .option(...newPasswordOption)
    .action(async (account: string, options: PersonOptions & NewPasswordOptions) => {
      const token = await tokenOf(context, options);
      const password = await newPassword(context, options.newPasswordFile);
      const changed = await changeUser(serverOf(options), token, account, { password });
      show(context, options, changed, (user) => userLines([user]));
    });
}

function removeCommand(context: CommandContext): Command {
  return personOptions(serverCommand('remove', 'remove an account with its sessions and keys'))
    .argument('<account>', 'its name or id')
    .action(async (account: string, options: PersonOptions) => {
      await removeUser(serverOf(options), await tokenOf(context, options), account);
      show(context, options, { account, removed: true }, () => [`${account}: removed`]);
    });
}

const newPasswordOption = ['--new-password-file <file>', 'read the new password from there (default: ask)'] as const;

function newPassword(
  { output }: CommandContext,
  file: string | undefined,
  option = '--new-password-file',
): Promise<string> {
  return secretFrom('New password', { file, option }, output);
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
