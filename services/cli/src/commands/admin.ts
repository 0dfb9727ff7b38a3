// `astrogate admin …`: backups, restores, resets, the system certificate, and the jobs that do it. What changes something asks for the admin's
// password: no API key may do that. Looking needs a key with the scope admin, or a name.
import { Command } from 'commander';
import { adminJobCommands } from './admin-jobs.js';
import { backupCommand, backupsCommand, restoreCommand } from './backups.js';
import { certificateCommand } from './certificate.js';
import type { CommandContext } from './context.js';
import { resetCommand } from './reset.js';

export function adminCommand(context: CommandContext): Command {
  const group = new Command('admin').description(
    'back up, restore and reset the server, and its certificate; for admins',
  );
  for (const command of [backupCommand(context), restoreCommand(context), backupsCommand(context)])
    group.addCommand(command);
  for (const command of [resetCommand(context), certificateCommand(context)]) group.addCommand(command);
  for (const command of adminJobCommands(context)) group.addCommand(command);
  return group;
}
