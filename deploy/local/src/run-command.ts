// Runs other programs: argument arrays, never a shell.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { inheritedEnvironment } from './config.js';
import { interruption } from './interrupt.js';

/** Enough of a failed command's output to see why it failed. */
const tailBytes = 4000;

export interface CommandOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Standard input; closed at once when absent. */
  stdin?: Buffer | string;
  signal?: AbortSignal;
  /** Called with each line of standard output as it comes, however the command ends. */
  onLine?: (line: string) => void;
}

/**
 * Standard output of a command that ends with 0; otherwise Error with the end of its standard error. An interruption of
 * this process ends the command.
 */
export async function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<Buffer> {
  const [program, ...args] = argv as [string, ...string[]];
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...inheritedEnvironment(), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: options.signal ? AbortSignal.any([interruption(), options.signal]) : interruption(),
  });
  const out: Buffer[] = [];
  let errorTail = '';
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  if (options.onLine) createInterface({ input: child.stdout }).on('line', options.onLine);
  child.stderr.on('data', (bytes: Buffer) => {
    errorTail = (errorTail + bytes).slice(-tailBytes);
  });
  // A program may end without reading its input; its exit code says what matters.
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return Buffer.concat(out);
  const shown = errorTail.trim() || Buffer.concat(out).toString().slice(-tailBytes).trim();
  throw new Error(`${[program, ...args.slice(0, 3)].join(' ')} ended with ${code}${shown === '' ? '' : `:\n${shown}`}`);
}

/** Whether `program` is on the PATH. */
export async function hasProgram(program: string): Promise<boolean> {
  return runCommand([program, '--version']).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
}
