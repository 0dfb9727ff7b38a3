// `astrogate jobs …`: jobs that were submitted earlier.
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { UsageFailure } from '../failure.js';
import { cancelJob, deleteJob, fetchWcs, listJobs, showJob } from '../http/jobs.js';
import { wholeBetween } from '../input/number.js';
import { jobListLines } from '../output/job-list.js';
import { jobLines } from '../output/solution.js';
import type { CommandContext } from './context.js';
import { demandOwner } from './owner.js';
import { type ServerOptions, serverCommand, serverOf, show } from './server-command.js';
import { watchJob } from './watch.js';

export function jobsCommand(context: CommandContext): Command {
  const group = new Command('jobs').description('list, follow, look at, cancel or delete solve jobs');
  group.addCommand(listCommand(context), { isDefault: true });

  const command = <O extends ServerOptions>(
    name: string,
    description: string,
    act: (server: string, id: string, options: O) => Promise<void>,
  ) => {
    const made = serverCommand(name, description)
      .argument('<id>', 'the job')
      .action((id: string, options: O) => act(serverOf(options), id, options));
    group.addCommand(made);
    return made;
  };

  command('show', 'status, progress and solution', async (server, id, options) => {
    show(context, options, await showJob(server, id), (job) => jobLines(job));
  });

  command('watch', 'what happens to it, until it has ended', async (server, id, { json = false }) => {
    context.exitCode = await watchJob(context, server, { id, json });
  });

  command('cancel', 'end a job that has not ended', async (server, id, options) => {
    show(context, options, await cancelJob(server, id), (job) => jobLines(job));
  });

  command('delete', 'cancel a job and forget it with all its files', async (server, id, options) => {
    await deleteJob(server, id);
    show(context, options, { id, deleted: true }, () => [`${id}: deleted`]);
  });

  command<ServerOptions & { output?: string }>(
    'wcs',
    'the FITS header of the solution',
    async (server, id, options) => {
      const header = await fetchWcs(server, id);
      if (options.output !== undefined) await save(options.output, header);
      else if (options.json) show(context, options, { id, cards: cardsOf(header) }, () => []);
      else context.output.bytes(header);
    },
  ).option('--output <file>', 'write it there (default: standard output)');

  return group;
}

interface ListOptions extends ServerOptions {
  readonly status?: string;
  readonly createdAfter?: string;
  readonly createdBefore?: string;
  readonly limit: number;
  readonly cursor?: string;
}

function listCommand(context: CommandContext): Command {
  return serverCommand('list', 'jobs that you have submitted from here, newest first')
    .option('--status <names>', 'only these, with commas between them: queued, running, solved, not_solved, …')
    .option('--created-after <moment>', 'only later ones; such as 2026-01-31T12:00:00Z')
    .option('--created-before <moment>', 'only earlier ones')
    .option('--limit <count>', 'how many', wholeBetween(1, 100), 20)
    .option('--cursor <cursor>', 'go on with the page that this names')
    .action(async (options: ListOptions) => {
      const server = serverOf(options);
      const { status, createdAfter: created_after, createdBefore: created_before, limit, cursor } = options;
      const given = Object.entries({ status, created_after, created_before, limit: String(limit), cursor });
      const query = given.filter((entry): entry is [string, string] => entry[1] !== undefined);
      const page = await listJobs(server, demandOwner(server), Object.fromEntries(query));
      show(context, options, page, ({ jobs }) => jobListLines(jobs));
      if (page.next !== null && !options.json) context.output.note(`more with --cursor ${page.next}`);
    });
}

async function save(path: string, bytes: Buffer): Promise<void> {
  await writeFile(path, bytes).catch((error) => {
    throw new UsageFailure(`${path} cannot be written (${error.code})`, { cause: error });
  });
}

/** The 80-character cards up to END. */
function cardsOf(header: Buffer): string[] {
  const cards = header.toString('latin1').match(/.{80}/gs) ?? [];
  const end = cards.findIndex((card) => card.startsWith('END '));
  return cards.slice(0, end + 1).map((card) => card.trimEnd());
}
