// Runs the image's native programs: argv arrays, no shell, a fixed environment, output as a stream, killed on abort.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

const running = new Set<ChildProcess>();
/** Programs print one or two lines when they fail; more than this is not read by anyone. */
const stderrTailBytes = 4096;

const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: '/tmp', TMPDIR: '/tmp' };

export interface ToolOptions {
  /** Existing directory for whatever the program writes beside what it was told. */
  cwd: string;
  /** Whether the program reads from `stdin`. */
  hasInput?: boolean;
  /** Takes stdout as it comes. What it throws kills the program and is thrown on. */
  onStdout?: (chunk: Buffer) => void;
}

export interface ToolResult {
  /** Exit code, -1 when a signal ended the program. */
  code: number;
  stderr: string;
}

export interface RunningTool {
  /** Null unless the program has input. */
  stdin: Writable | null;
  /** Rejects with the reason of `stop`, what `onStdout` threw, or the spawn error. No child is left in any case. */
  ended: Promise<ToolResult>;
  stop(reason: unknown): void;
}

/** Runs `name` with `args` to its end. Throws what `ended` rejects with, the signal's reason after an abort. */
export async function runTool(
  name: string,
  args: readonly string[],
  { signal, ...options }: ToolOptions & { signal: AbortSignal },
): Promise<ToolResult> {
  signal.throwIfAborted();
  return untilAborted(startTool(name, args, options), signal);
}

/** The end of a program, which an abort brings about. Throws what `ended` rejects with. */
export async function untilAborted(tool: RunningTool, signal: AbortSignal): Promise<ToolResult> {
  const onAbort = () => tool.stop(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await tool.ended;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

export function startTool(name: string, args: readonly string[], options: ToolOptions): RunningTool {
  const { cwd, hasInput, onStdout } = options;
  const child = spawn(name, args, {
    cwd,
    env: environment,
    stdio: [hasInput ? 'pipe' : 'ignore', onStdout ? 'pipe' : 'ignore', 'pipe'],
  });
  running.add(child);
  let failure: unknown;
  let stderr = Buffer.alloc(0);
  const stop = (reason: unknown) => {
    failure ??= reason;
    child.kill('SIGKILL');
  };
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
  // A program that ends without reading is noticed by its exit code.
  child.stdin?.on('error', () => {});
  child.on('error', (error) => {
    failure ??= error;
  });
  const ended = new Promise<ToolResult>((resolve, reject) => {
    child.on('close', (code) => {
      running.delete(child);
      if (failure !== undefined) reject(failure);
      else resolve({ code: code ?? -1, stderr: stderr.toString('latin1') });
    });
  });
  return { stdin: child.stdin, ended, stop };
}

/** Kills whatever still runs. For the end of the program, when nobody waits for it any more. */
export function killAllTools(): void {
  for (const child of running) child.kill('SIGKILL');
}
