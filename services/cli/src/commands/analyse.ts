// `astrogate analyse FILE`: what the picture's own header says about camera and field of view. Nothing is solved.
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import { readJson, request } from '../http/request.js';
import { openPictures, type Picture } from '../input/pictures.js';
import { flatPairs } from '../output/flat-pairs.js';
import { pairs } from '../output/table.js';
import type { CommandContext } from './context.js';
import { type ServerOptions, serverCommand, serverOf, show } from './server-command.js';

/** An upload at 100 kB/s of the 50 MB that a server takes by default. */
const uploadSeconds = 600;

interface Analysis extends Record<string, unknown> {
  readonly success: boolean;
}

export function analyseCommand(context: CommandContext): Command {
  return serverCommand('analyse', "read camera and field of view from a picture's own header")
    .argument('<file>', 'the picture')
    .action(async (path: string, options: ServerOptions) => {
      const server = serverOf(options);
      const [picture] = (await openPictures([path], undefined)) as [Picture];
      const body = new FormData();
      body.append('image', picture.content, picture.name);
      const signal = context.interrupted;
      const response = await request(server, '/analyse', { method: 'POST', body, seconds: uploadSeconds, signal });
      const analysis = await readJson(response, isAnalysis);
      show(context, options, { file: path, ...analysis }, ({ file, ...rest }) => [
        `${file}:`,
        ...pairs(flatPairs(rest)),
      ]);
      if (!analysis.success) context.exitCode = exitCodes.notSolved;
    });
}

function isAnalysis(value: unknown): value is Analysis {
  return typeof (value as Partial<Analysis> | null)?.success === 'boolean';
}
