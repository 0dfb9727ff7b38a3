// `astrogate audit …`: who did what, as file, and whether the record is as it was written.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { type AuditCheckpoint, checkpointOfLine, publicKeyText, verifyAudit } from '@astrogate/common';
import { Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import { UsageFailure } from '../failure.js';
import { exportLines, fileLines, listAudit } from '../http/audit.js';
import { wholeBetween } from '../input/number.js';
import { auditLines, reportLines } from '../output/audit.js';
import type { CommandContext } from './context.js';
import { type ServerOptions, serverCommand, serverOf, show } from './server-command.js';

export function auditCommand(context: CommandContext): Command {
  const group = new Command('audit').description('the record of who did what; for admins');
  group.addCommand(listCommand(context), { isDefault: true });
  group.addCommand(exportCommand(context));
  group.addCommand(verifyCommand(context));
  return group;
}

interface ListOptions extends ServerOptions {
  readonly limit: number;
  readonly [filter: string]: string | number | boolean | undefined;
}

const filters = ['act', 'actor', 'target', 'result', 'after', 'before', 'cursor', 'limit'] as const;

function listCommand(context: CommandContext): Command {
  return serverCommand('list', 'what was done, newest first')
    .option('--act <names>', 'only these acts, with commas between them: session.begin, job.delete, …')
    .option('--actor <who>', 'only by this one: user:ID, key:ID, anonymous or system')
    .option('--target <what>', 'only on this, such as job:ID')
    .option('--result <result>', 'done, refused or failed')
    .option('--after <moment>', 'only later; such as 2026-01-31T12:00:00Z')
    .option('--before <moment>', 'only earlier')
    .option('--limit <count>', 'how many', wholeBetween(1, 200), 50)
    .option('--cursor <cursor>', 'go on with the page that this names')
    .action(async (options: ListOptions) => {
      const given = filters.flatMap((name) => (options[name] === undefined ? [] : [[name, String(options[name])]]));
      const page = await listAudit(serverOf(options), Object.fromEntries(given));
      show(context, options, page, ({ rows }) => auditLines(rows));
      if (page.next !== null && !options.json) context.output.note(`more with --cursor ${page.next}`);
    });
}

function exportCommand(context: CommandContext): Command {
  return serverCommand('export', 'the whole record, oldest first, one JSON object per line')
    .option('--output <file>', 'write it there (default: standard output)')
    .action(async (options: ServerOptions & { output?: string }) => {
      const lines = exportLines(serverOf(options), context.interrupted);
      if (options.output === undefined) for await (const line of lines) context.output.bytes(Buffer.from(`${line}\n`));
      else await save(options.output, lines);
    });
}

/** Only its owner may read it: it has addresses of people. */
async function save(path: string, lines: AsyncIterable<string>): Promise<void> {
  const file = await open(path, 'w', 0o600).catch((error) => {
    throw new UsageFailure(`${path} cannot be written (${error.code})`, { cause: error });
  });
  try {
    for await (const line of lines) await file.write(`${line}\n`);
  } finally {
    await file.close();
  }
}

interface VerifyOptions extends ServerOptions {
  readonly file?: string;
  readonly checkpoints?: readonly string[];
  readonly key?: string;
}

function verifyCommand(context: CommandContext): Command {
  return serverCommand('verify', 'whether every row is there and as it was written; exit code 1 when not')
    .option('--file <file>', 'an export to look at (default: what the server says)')
    .option('--checkpoints <files...>', "logs of the api: their signed checkpoints show a record's missing end")
    .option(
      '--key <file>',
      'public key that checkpoints must be signed with: PEM, or as a checkpoint names it (default: any, which proves less)',
    )
    .action(async (options: VerifyOptions) => {
      const { file, checkpoints = [], key } = options;
      const lines = file === undefined ? exportLines(serverOf(options), context.interrupted) : fileLines(file);
      const signed = await readCheckpoints(checkpoints);
      const report = await verifyAudit(parsed(lines), signed, key === undefined ? undefined : readKey(key));
      show(context, options, report, reportLines);
      if (report.findings.length > 0) context.exitCode = exitCodes.notSolved;
    });
}

async function* parsed(lines: AsyncIterable<string>): AsyncGenerator<unknown> {
  for await (const line of lines) yield toValue(line);
}

/** Undefined for a line that is no JSON; the check tells of it. */
function toValue(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function readCheckpoints(paths: readonly string[]): Promise<AuditCheckpoint[]> {
  const found: AuditCheckpoint[] = [];
  for (const path of paths) {
    for await (const line of fileLines(path))
      found.push(...[checkpointOfLine(line)].filter((each) => each !== undefined));
  }
  if (paths.length > 0 && found.length === 0) throw new UsageFailure(`no checkpoint stands in ${paths.join(', ')}`);
  return found;
}

function readKey(path: string): string {
  try {
    const text = readFileSync(path, 'utf8').trim();
    if (/^[A-Za-z0-9_-]{43}$/.test(text)) return text;
    const key = createPublicKey(text);
    if (key.asymmetricKeyType === 'ed25519') return publicKeyText(key);
  } catch (error) {
    throw new UsageFailure(`${path} cannot be used as key (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
  throw new UsageFailure(`${path} holds no Ed25519 key`);
}
