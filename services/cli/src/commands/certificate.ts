// `astrogate admin certificate`: the certificate that the server shows to the world.
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { UsageFailure } from '../failure.js';
import { order, showCertificate } from '../http/system.js';
import { certificateLines } from '../output/admin-jobs.js';
import { type ReaderOptions, readerOf, readerOptions } from './admin-jobs.js';
import type { CommandContext } from './context.js';
import { afterOrder, type OrderOptions, orderOptions } from './order-job.js';
import { serverCommand, serverOf, show } from './server-command.js';
import { signInAs, withCode } from './sign-in.js';

interface InstallOptions extends OrderOptions {
  readonly restart?: boolean;
  readonly byHand?: boolean;
  readonly confirmCode?: string;
}

export function certificateCommand(context: CommandContext): Command {
  const showIt = readerOptions(
    serverCommand('show', 'the certificate that is installed, and whether it is shown'),
  ).action(async (options: ReaderOptions) => {
    show(context, options, await showCertificate(await readerOf(context, options)), certificateLines);
  });

  const upload = installOptions(serverCommand('upload', 'install a certificate of your own'))
    .argument('<chain>', "file with the server's certificate and those above it, PEM")
    .argument('<key>', 'file with its private key, PEM, without a passphrase')
    .action(async (chain: string, key: string, options: InstallOptions) => {
      await install(context, options, { from: 'upload', chain: read(chain), private_key: read(key) });
    });

  const issue = installOptions(serverCommand('issue', 'make and install a self-signed certificate, for development'))
    .argument('[names...]', 'names and addresses of the server (default: those that it is configured with)')
    .action(async (names: readonly string[], options: InstallOptions) => {
      await install(context, options, { from: 'issue', ...(names.length > 0 && { names }) });
    });

  const group = new Command('certificate').description('the certificate that the server shows to the world');
  group.addCommand(showIt, { isDefault: true });
  for (const command of [upload, issue]) group.addCommand(command);
  return group;
}

function installOptions(command: Command): Command {
  return orderOptions(command)
    .option('--restart', 'restart the TLS server instead of letting it reload')
    .option('--by-hand', 'where no solver reaches that server: wait until you have typed what the job says')
    .option('--confirm-code <code>', 'another code of your authenticator app, since each works once (default: ask)');
}

async function install(context: CommandContext, options: InstallOptions, what: object): Promise<void> {
  const server = serverOf(options);
  const { token, password } = await signInAs(context, options);
  const asker = { server, token };
  const { restart = false, byHand = false, dryRun = false } = options;
  const wish = { ...what, restart, by_hand: byHand };
  const made = dryRun
    ? await order(asker, 'certificate', { json: wish, isDryRun: true })
    : await withCode(context, options.confirmCode, '--confirm-code', (code) =>
        order(asker, 'certificate', { json: { ...wish, password, code }, isDryRun: false }),
      );
  await afterOrder(context, asker, options, made);
}

/** Throws UsageFailure. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageFailure(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}
