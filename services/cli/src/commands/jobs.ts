// `astrogate jobs …`: a job that was submitted earlier.
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { UsageFailure } from '../failure.js';
import { cancelJob, deleteJob, fetchWcs, showJob } from '../http/jobs.js';
import { jobLines } from '../output/solution.js';
import type { CommandContext } from './context.js';
import { type ServerOptions, serverCommand, serverOf, show } from './server-command.js';

export function jobsCommand(context: CommandContext): Command {
  const group = new Command('jobs').description('look at, cancel or delete a solve job');

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
