// `astrogate admin backup`, `… restore` and `… backups …`.
import { createHash } from 'node:crypto';
import { constants, openAsBlob } from 'node:fs';
import { access, open, rename, rm } from 'node:fs/promises';
import { Command } from 'commander';
import { Interrupted, ServerFailure, UnreachableFailure, UsageFailure } from '../failure.js';
import {
  type Asker,
  type Backup,
  deleteBackup,
  downloadBackup,
  listBackups,
  order,
  uploadBackup,
  verifyBackup,
} from '../http/system.js';
import { backupLines } from '../output/admin-jobs.js';
import {
  type OrderKeyOptions,
  orderKeyOptions,
  type ReaderOptions,
  readerOf,
  readerOptions,
  unsealKeysOf,
} from './admin-jobs.js';
import type { CommandContext } from './context.js';
import {
  afterOrder,
  type ConfirmOptions,
  confirmOptions,
  type OrderOptions,
  orderOptions,
  phraseOf,
} from './order-job.js';
import { type ServerOptions, serverCommand, serverOf, show } from './server-command.js';
import { type PersonOptions, personOptions, signInAs, tokenOf, withCode } from './sign-in.js';

interface PartsOptions extends OrderOptions {
  readonly parts?: string;
}

function partsOption(command: Command): Command {
  return command.option('--parts <names>', 'app, vault; with commas between them (default: all)');
}

export function backupCommand(context: CommandContext): Command {
  return partsOption(
    orderOptions(serverCommand('backup', 'make a backup, and say what happens until it is made')),
  ).action(async (options: PartsOptions) => {
    const asker = { server: serverOf(options), token: await tokenOf(context, options) };
    const json = { ...partsOf(options) };
    await afterOrder(context, asker, options, await order(asker, 'backups', { json, isDryRun: !!options.dryRun }));
  });
}

export function restoreCommand(context: CommandContext): Command {
  const restore = confirmOptions(
    orderOptions(serverCommand('restore', 'put the server back to how it was at a backup')),
  );
  return orderKeyOptions(partsOption(restore), " of the backup's time")
    .argument('<id>', 'the backup')
    .action(async (id: string, options: PartsOptions & ConfirmOptions & OrderKeyOptions) => {
      const server = serverOf(options);
      const { token, password } = await signInAs(context, options);
      const asker = { server, token };
      const parts = partsOf(options);
      const path = `backups/${encodeURIComponent(id)}/restore`;
      if (options.dryRun)
        return afterOrder(context, asker, options, await order(asker, path, { json: parts, isDryRun: true }));
      const phrase = await phraseOf(context, options, `restore ${id}`);
      const keys = await unsealKeysOf(context, options);
      const made = await withCode(context, options.confirmCode, '--confirm-code', (code) => {
        const given = { ...(keys && { unseal_keys: keys }), ...(options.keysLater && { keys_later: true }) };
        const json = { ...parts, password, code, phrase, ...given };
        return order(asker, path, { json, isDryRun: false });
      });
      await afterOrder(context, asker, options, made);
    });
}

export function backupsCommand(context: CommandContext): Command {
  const list = readerOptions(serverCommand('list', 'backups that are kept')).action(async (options: ReaderOptions) => {
    show(context, options, await listBackups(await readerOf(context, options)), ({ backups }) => backupLines(backups));
  });

  const download = readerOptions(serverCommand('download', 'fetch a backup, encrypted and signed as it is'))
    .argument('<id>', 'the backup')
    .option('--output <file>', 'write it there (default: ID.backup)')
    .action(async (id: string, options: ReaderOptions & { output?: string }) => {
      const file = options.output ?? `${id}.backup`;
      const bytes = await save(context, await readerOf(context, options), id, file);
      show(context, options, { id, file, bytes }, () => [`${file}: ${bytes} bytes`]);
    });

  const upload = personOptions(serverCommand('upload', 'send a backup that this server has made'))
    .argument('<file>', 'the backup')
    .action(async (file: string, options: PersonOptions) => {
      const content = await readable(file);
      const asker = { server: serverOf(options), token: await tokenOf(context, options) };
      showBackup(context, options, await uploadBackup(asker, content, context.interrupted));
    });

  const verify = personOptions(serverCommand('verify', 'read all of a backup again, as a restore would'))
    .argument('<id>', 'the backup')
    .action(async (id: string, options: PersonOptions) => {
      const asker = { server: serverOf(options), token: await tokenOf(context, options) };
      showBackup(context, options, await verifyBackup(asker, id, context.interrupted));
    });

  const remove = confirmOptions(personOptions(serverCommand('delete', 'delete a backup')))
    .argument('<id>', 'the backup')
    .action(async (id: string, options: PersonOptions & ConfirmOptions) => {
      const server = serverOf(options);
      const { token, password } = await signInAs(context, options);
      const phrase = await phraseOf(context, options, `delete ${id}`);
      await withCode(context, options.confirmCode, '--confirm-code', (code) =>
        deleteBackup({ server, token }, id, { password, code, phrase }),
      );
      show(context, options, { id, deleted: true }, () => [`${id}: deleted`]);
    });

  const group = new Command('backups').description('backups that the server keeps');
  group.addCommand(list, { isDefault: true });
  for (const command of [download, upload, verify, remove]) group.addCommand(command);
  return group;
}

/** The content of a file, read when it is sent. Throws UsageFailure. */
async function readable(file: string): Promise<Blob> {
  try {
    await access(file, constants.R_OK);
    return await openAsBlob(file);
  } catch (error) {
    throw new UsageFailure(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}

function showBackup(context: CommandContext, options: ServerOptions, backup: Backup): void {
  show(context, options, backup, (one) => backupLines([one]));
}

/** Throws UsageFailure. */
function partsOf({ parts }: PartsOptions): { parts?: string[] } {
  if (parts === undefined) return {};
  const names = parts.split(',');
  if (names.every((name) => name === 'app' || name === 'vault')) return { parts: names };
  throw new UsageFailure('--parts takes app, vault or app,vault');
}

/** Only its owner may read the file, which is there when it is whole. Throws Failure. */
async function save({ interrupted }: CommandContext, asker: Asker, id: string, path: string): Promise<number> {
  const { body, sha256 } = await downloadBackup(asker, id, interrupted);
  const unfinished = `${path}.part`;
  const file = await open(unfinished, 'w', 0o600).catch((error) => {
    throw new UsageFailure(`${unfinished} cannot be written (${error.code})`, { cause: error });
  });
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of body ?? []) {
      hash.update(chunk);
      bytes += chunk.length;
      await file.writeFile(chunk);
    }
    if (sha256 !== undefined && hash.digest('hex') !== sha256)
      throw new ServerFailure({ code: 'unknown', detail: 'The backup arrived damaged', retryable: true });
    await file.close();
    await rename(unfinished, path);
    return bytes;
  } catch (error) {
    await file.close().catch(() => {});
    await rm(unfinished, { force: true });
    if (interrupted.aborted) throw new Interrupted();
    if (error instanceof ServerFailure) throw error;
    throw new UnreachableFailure(asker.server, 'the download ended early', { cause: error });
  }
}
