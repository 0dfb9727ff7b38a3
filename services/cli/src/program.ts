// The command line as a whole: every command, what they have in common, and how a failure becomes an exit code.
import { ConfigError } from '@astrogate/common';
import { Command, CommanderError } from 'commander';
import { adminCommand } from './commands/admin.js';
import { analyseCommand } from './commands/analyse.js';
import { auditCommand } from './commands/audit.js';
import type { CommandContext } from './commands/context.js';
import { healthCommand } from './commands/health.js';
import { indexesCommand } from './commands/indexes.js';
import { jobsCommand } from './commands/jobs.js';
import { keysCommand } from './commands/keys.js';
import { loginCommand } from './commands/login.js';
import { opsCommand } from './commands/ops.js';
import { solveCommand } from './commands/solve.js';
import { usersCommand } from './commands/users.js';
import { type ExitCode, exitCodes, exitCodesHelp } from './exit-codes.js';
import { Failure, Interrupted, UsageFailure } from './failure.js';
import type { Output } from './output/output.js';
import { problemJson, problemLines } from './output/problem.js';
import { version } from './version.js';

const description = `Find out where a picture of the sky points.

  astrogate solve sky.jpg
  astrogate solve --json --wcs headers/ *.fits`;

/** Runs the command that `args` name and returns its exit code. `interrupted` fires on Ctrl-C. */
export async function runProgram(args: readonly string[], output: Output, interrupted: AbortSignal): Promise<ExitCode> {
  const context: CommandContext = { output, interrupted, exitCode: exitCodes.solved };
  try {
    await createProgram(context).parseAsync([...args], { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.solved : exitCodes.usage;
    return report(toFailure(error), output, args.includes('--json'));
  }
}

function createProgram(context: CommandContext): Command {
  const program = new Command('astrogate').description(description).version(version);
  const creates = [
    ...[solveCommand, analyseCommand, jobsCommand, indexesCommand, healthCommand],
    ...[loginCommand, usersCommand, keysCommand, auditCommand, adminCommand, opsCommand],
  ];
  for (const create of creates) program.addCommand(create(context));
  prepare(program, context);
  return program;
}

/** Help, errors and exit of commander go our way, for the whole tree. */
function prepare(command: Command, context: CommandContext): void {
  const { output } = context;
  const each = (write: (line: string) => void) => (text: string) => {
    for (const line of text.replace(/\n$/, '').split('\n')) write(line);
  };
  command
    .exitOverride()
    .configureOutput({ writeOut: each(output.line), writeErr: each(output.note) })
    .showHelpAfterError('(--help shows what is allowed)')
    .addHelpText('after', exitCodesHelp);
  for (const inner of command.commands) prepare(inner, context);
}

function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof ConfigError) return new UsageFailure(error.message, { cause: error });
  throw error;
}

function report(failure: Failure, output: Output, asJson: boolean): ExitCode {
  output.status('');
  const isLocal = failure instanceof UsageFailure || failure instanceof Interrupted;
  if (asJson && !isLocal) output.line(JSON.stringify({ error: problemJson(failure.problem) }));
  else for (const line of problemLines(failure)) output.note(line);
  return failure.exitCode;
}
