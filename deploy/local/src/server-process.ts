// A server that somebody else wrote, as a child process: started, and ready when it answers.
import { type ChildProcess, spawn } from 'node:child_process';
import { Advice } from './step.js';

export interface ServerProcess {
  process: ChildProcess;
  exited: Promise<void>;
}

export interface ServerOptions {
  /** For people. */
  name: string;
  argv: readonly [string, ...string[]];
  cwd: string;
  /** Who it runs as; undefined: as we do. */
  account: { uid: number; gid: number } | undefined;
  readyMs: number;
  answers(): Promise<boolean>;
  /** Ends one that does not get ready. */
  end(server: ServerProcess): Promise<void>;
}

/** Of what a server says, so much is shown when it does not start, bytes. */
const shownBytes = 4_000;
const lookMs = 50;

/** Resolves when it answers. Throws Advice with the end of what it said when it ends before, or does not in time. */
export async function startServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const { name, argv, cwd, account, readyMs } = options;
  const [program, ...args] = argv;
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], ...account });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes).slice(-shownBytes);
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  const server = { process: child, exited };
  const deadline = Date.now() + readyMs;
  while (!(await options.answers())) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      await options.end(server);
      throw new Advice(`${name} did not start; the end of what it said:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return server;
}
