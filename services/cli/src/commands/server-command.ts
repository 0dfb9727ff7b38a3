// What all commands that talk to the public api have in common: --server, --json, and how an answer is shown.
import { Command, InvalidArgumentError } from 'commander';
import { urlFromEnvironment } from '../config.js';
import type { CommandContext } from './context.js';

export interface ServerOptions {
  readonly server?: string;
  readonly json?: boolean;
}

export function serverCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--server <url>', 'server to talk to (default: ASTROGATE_URL, else http://127.0.0.1:8080)', parseUrl)
    .option('--json', 'print JSON');
}

/** The server that `options` or the environment name. Throws ConfigError. */
export function serverOf(options: ServerOptions): string {
  return options.server ?? urlFromEnvironment();
}

/** Prints `answer`: as JSON in one line, or as `lines` make it. */
export function show<T>(context: CommandContext, options: ServerOptions, answer: T, lines: (answer: T) => string[]) {
  for (const line of options.json ? [JSON.stringify(answer)] : lines(answer)) context.output.line(line);
}

function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('Give an http or https URL.');
}
