// The process: streams, Ctrl-C and exit code. Everything else is in program.ts.
import { exitCodes } from './exit-codes.js';
import { createOutput } from './output/output.js';
import { runProgram } from './program.js';

const interrupt = new AbortController();
const stop = () => {
  // A second Ctrl-C waits for nothing.
  if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
  interrupt.abort();
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

// Whoever read our output, such as `head`, has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.solved);
  throw error;
});

process.exitCode = await runProgram(
  process.argv.slice(2),
  createOutput(process.stdout, process.stderr),
  interrupt.signal,
);
