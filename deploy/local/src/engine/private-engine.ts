// A Docker Engine of our own: own data root, exec root, socket and pid file, started and stopped by us alone.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makePrivateDirectory, places } from '../places.js';
import { Advice } from '../step.js';
import { DockerCli } from './docker-cli.js';

const socket = join(places.run, 'docker.sock');
const pidFile = join(places.run, 'dockerd.pid');
/** Which run started the engine and will stop it. */
const ownerFile = join(places.run, 'owner.pid');
const logFile = join(places.engine, 'dockerd.log');
export const privateHost = `unix://${socket}`;

const startMs = 60_000;
const stopMs = 20_000;

export interface PrivateEngine {
  cli: DockerCli;
  stop(): Promise<void>;
}

/** Starts the engine, or takes over the one that an interrupted run left behind, or shares the one of a run that lives. */
export async function startPrivateEngine(): Promise<PrivateEngine> {
  const cli = new DockerCli(privateHost);
  const owner = readPid(ownerFile);
  if (owner !== undefined && owner !== process.pid && isAlive(owner) && (await cli.answers()))
    return { cli, stop: async () => {} };
  mkdirSync(places.run, { recursive: true, mode: 0o700 });
  writeFileSync(ownerFile, String(process.pid));
  if (runningPid() === undefined || !(await cli.answers())) await startDaemon(cli);
  return { cli, stop: stopPrivateEngine };
}

async function startDaemon(cli: DockerCli): Promise<void> {
  await stopPrivateEngine();
  makePrivateDirectory(places.engine);
  const log = openSync(logFile, 'w', 0o600);
  const args = ['--data-root', join(places.engine, 'data'), '--exec-root', join(places.run, 'exec')];
  // Sandboxes have no network, and images are built on the host's, so no bridge and no firewall rule is made.
  args.push('--pidfile', pidFile, '--host', privateHost, '--bridge=none', '--iptables=false', '--ip6tables=false');
  const daemon = spawn('dockerd', args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  let exited = false;
  daemon.once('error', () => {
    exited = true;
  });
  daemon.once('exit', () => {
    exited = true;
  });
  daemon.unref();
  const deadline = Date.now() + startMs;
  while (!(await cli.answers())) {
    if (exited || Date.now() > deadline) throw new Advice(`the Docker Engine did not start; its log is ${logFile}`);
    await sleep(100);
  }
}

/** Ends the engine and waits for it. Does nothing when it does not run. */
export async function stopPrivateEngine(): Promise<void> {
  const pid = runningPid();
  if (pid === undefined) return;
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + stopMs;
  while (runningPid() === pid) {
    if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
    await sleep(50);
  }
}

/** The pid of our engine, when a process with our own arguments has it. */
function runningPid(): number | undefined {
  const pid = readPid(pidFile);
  return pid !== undefined && commandLine(pid).includes(privateHost) ? pid : undefined;
}

/** Whether `pid` is a run of ours: pids are used again after a restart of the machine. */
function isAlive(pid: number): boolean {
  return commandLine(pid).some((word) => /\/bin\/(start|test|compose)\.js$/.test(word));
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function readPid(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
