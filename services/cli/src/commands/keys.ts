// `astrogate keys …`: your API keys. Making and removing them asks for your password.
import { Command } from 'commander';
import { addKey, type Key, listKeys, removeKey } from '../http/accounts.js';
import { wholeBetween } from '../input/number.js';
import { table } from '../output/table.js';
import type { CommandContext } from './context.js';
import { type ServerOptions, serverCommand, serverOf, show } from './server-command.js';
import { type PersonOptions, personOptions, tokenOf } from './sign-in.js';

interface AddOptions extends PersonOptions {
  readonly scopes: string;
  readonly days: number;
}

export function keysCommand(context: CommandContext): Command {
  const list = serverCommand('list', 'your keys, and when each was used last').action(
    async (options: ServerOptions) => {
      show(context, options, await listKeys(serverOf(options)), ({ keys }) => keyLines(keys));
    },
  );

  const add = personOptions(serverCommand('add', 'make a key; it is shown once'))
    .argument('<purpose>', 'what it is for')
    .option('--scopes <names>', 'solve, read, admin; with commas between them', 'solve,read')
    .option('--days <days>', 'until it lapses', wholeBetween(1, 366), 90)
    .action(async (purpose: string, options: AddOptions) => {
      const token = await tokenOf(context, options);
      const wanted = { name: purpose, scopes: options.scopes.split(','), days: options.days };
      show(context, options, await addKey(serverOf(options), token, wanted), ({ key }) => [key]);
    });

  const remove = personOptions(serverCommand('remove', 'remove a key; it works no more'))
    .argument('<id>', 'the key')
    .action(async (id: string, options: PersonOptions) => {
      await removeKey(serverOf(options), await tokenOf(context, options), id);
      show(context, options, { id, removed: true }, () => [`${id}: removed`]);
    });

  const group = new Command('keys').description('API keys of your account');
  return group.addCommand(list, { isDefault: true }).addCommand(add).addCommand(remove);
}

function keyLines(keys: readonly Key[]): string[] {
  return table(
    ['ID', 'NAME', 'BEGINS', 'SCOPES', 'EXPIRES', 'LAST USED'],
    keys.map((key) => [
      ...[key.id, key.name, key.prefix, key.scopes.join(',')],
      ...[key.expires_at, key.last_used_at ?? 'never'],
    ]),
  );
}
