// `astrogate indexes list`: the star indexes that the server can search.
import { Command } from 'commander';
import { readJson, request } from '../http/request.js';
import { indexLines } from '../output/ops.js';
import type { CommandContext } from './context.js';
import { type ServerOptions, serverCommand, serverOf, show } from './server-command.js';

const answerSeconds = 30;

interface Indexes {
  /** Quad sizes in arcminutes. */
  readonly indexes: readonly { name: string; scale_low: number; scale_high: number; size_bytes: number }[];
}

export function indexesCommand(context: CommandContext): Command {
  const list = serverCommand('list', 'star indexes with the sizes of star patterns they know').action(
    async (options: ServerOptions) => {
      const response = await request(serverOf(options), '/api/v1/indexes', { seconds: answerSeconds });
      const answer = await readJson(response, isIndexes);
      show(context, options, answer, ({ indexes }) =>
        indexLines(
          indexes.map((index) => ({
            name: index.name,
            scaleLow: index.scale_low,
            scaleHigh: index.scale_high,
            sizeBytes: index.size_bytes,
          })),
        ),
      );
    },
  );
  return new Command('indexes').description('star indexes of the server').addCommand(list);
}

function isIndexes(value: unknown): value is Indexes {
  return Array.isArray((value as Partial<Indexes> | null)?.indexes);
}
