// One service as a child process: started, known to be ready, stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { Advice } from '../step.js';

const readyMs = 30_000;
/** Lines of the log that are shown when a service does not start. */
const shownLines = 5;

export interface ServiceProcess {
  readonly pid: number;
  /** What the service said when it was ready: `host` and `port` among it. The api says a bootstrap secret once. */
  readonly ready: { host: string; port: number; metricsPort?: number; bootstrapSecret?: string };
  /** Resolves with exit code or signal name. */
  readonly exited: Promise<number | string>;
  /** SIGTERM; a second call is a second SIGTERM, which gives up running work. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface ServiceOptions {
  name: string;
  /** Program and arguments. */
  argv: readonly [string, ...string[]];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Everything that the service prints goes there. */
  logFile: string;
  uid?: number;
  gid?: number;
}

/** Starts a service and waits until it says that it is ready. Throws Advice with the end of its log when it ends before. */
export async function startService(options: ServiceOptions): Promise<ServiceProcess> {
  const [program, ...args] = options.argv;
  const log = openSync(options.logFile, 'a', 0o600);
  const logStart = fstatSync(log).size;
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    // Away from the terminal's process group: on Ctrl-C we say in which order things end.
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  closeSync(log);
  const exited = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    child.once('error', (error) => resolve(error.message));
  });
  const ready = await waitUntilReady(child, exited, { ...options, logStart });
  const signal = async (name: NodeJS.Signals) => {
    child.kill(name);
    await exited;
  };
  return { pid: child.pid as number, ready, exited, stop: () => signal('SIGTERM'), kill: () => signal('SIGKILL') };
}

async function waitUntilReady(
  child: ChildProcess,
  exited: Promise<number | string>,
  options: ServiceOptions & { logStart: number },
): Promise<ServiceProcess['ready']> {
  const said = new Promise<ServiceProcess['ready']>((resolve) => {
    child.on('message', (message: { ready?: ServiceProcess['ready'] }) => {
      if (message.ready) resolve(message.ready);
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), readyMs);
  });
  const first = await Promise.race([said, exited, late]);
  clearTimeout(timer);
  if (typeof first === 'object') return first;
  if (first === 'late') child.kill('SIGKILL');
  const text = readFileSync(options.logFile).subarray(options.logStart).toString();
  const tail = text.trimEnd().split('\n').slice(-shownLines).join('\n');
  const why = first === 'late' ? `was not ready after ${readyMs / 1000} s` : `ended with ${first}`;
  throw new Advice(`the ${options.name} ${why}; the end of ${options.logFile}:\n${tail}`);
}
