// Runs the image's native programs: argv arrays, no shell, a fixed environment, output as a stream, killed on abort.
import { type ChildProcess, spawn } from 'node:child_process';

const running = new Set<ChildProcess>();
/** Programs print one or two lines when they fail; more than this is not read by anyone. */
const stderrTailBytes = 4096;

const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: '/tmp', TMPDIR: '/tmp' };

export interface ToolOptions {
  signal: AbortSignal;
  /** Existing directory for whatever the program writes beside what it was told. */
  cwd: string;
  /** Takes stdout as it comes. What it throws kills the program and is thrown on. */
  onStdout?: (chunk: Buffer) => void;
}

export interface ToolResult {
  /** Exit code, -1 when a signal ended the program. */
  code: number;
  stderr: string;
}

/**
 * Runs `name` with `args` to its end.
 * Throws what `onStdout` threw, the signal's reason after an abort, or the spawn error. No child is left in any case.
 */
export function runTool(name: string, args: readonly string[], options: ToolOptions): Promise<ToolResult> {
  const { signal, cwd, onStdout } = options;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { cwd, env: environment, stdio: ['ignore', onStdout ? 'pipe' : 'ignore', 'pipe'] });
    running.add(child);
    let failure: unknown;
    let stderr = Buffer.alloc(0);
    const stop = (reason: unknown) => {
      failure ??= reason;
      child.kill('SIGKILL');
    };
    const onAbort = () => stop(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    child.stdout?.on('data', (chunk: Buffer) => {
      if (failure !== undefined) return;
      try {
        onStdout?.(chunk);
      } catch (error) {
        stop(error);
      }
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr = Buffer.concat([stderr, chunk]).subarray(-stderrTailBytes);
    });
    child.on('error', (error) => {
      failure ??= error;
    });
    child.on('close', (code) => {
      running.delete(child);
      signal.removeEventListener('abort', onAbort);
      if (failure !== undefined) reject(failure);
      else resolve({ code: code ?? -1, stderr: stderr.toString('latin1') });
    });
  });
}

/** Kills whatever still runs. For the end of the program, when nobody waits for it any more. */
export function killAllTools(): void {
  for (const child of running) child.kill('SIGKILL');
}
