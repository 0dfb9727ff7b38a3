// `astrogate login`: makes an API key for this machine, and keeps it for the server. The session is not kept.
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { keepKey } from '../accounts/stored-keys.js';
import { addKey } from '../http/accounts.js';
import { wholeBetween } from '../input/number.js';
import type { CommandContext } from './context.js';
import { serverCommand, serverOf, show } from './server-command.js';
import { type PersonOptions, personOptions, tokenOf } from './sign-in.js';

interface LoginOptions extends PersonOptions {
  readonly admin?: boolean;
  readonly days: number;
}

/** The server takes no longer names of keys. */
const longestName = 64;

export function loginCommand(context: CommandContext): Command {
  return personOptions(serverCommand('login', 'sign in once; what follows is done with an API key of this machine'))
    .option('--admin', 'the key may also do what admins may')
    .option('--days <days>', 'until it lapses', wholeBetween(1, 366), 90)
    .action(async (options: LoginOptions) => {
      const server = serverOf(options);
      const token = await tokenOf(context, options);
      const scopes = ['solve', 'read', ...(options.admin ? ['admin'] : [])];
      const name = `astrogate on ${hostname()}`.slice(0, longestName);
      const { key, ...made } = await addKey(server, token, { name, scopes, days: options.days });
      const file = keepKey(server, key);
      show(context, options, { ...made, file }, () => [
        `signed in at ${server} until ${made.expires_at}; key in ${file}`,
      ]);
    });
}
