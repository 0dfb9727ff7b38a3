// A Docker Engine of our own: own data root, exec root, socket and pid file, started and stopped by us alone.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { interruption } from '../interrupt.js';
import { makePrivateDirectory, places } from '../places.js';
import { addUser, readPid, releaseLock, removeUser, takeLock } from '../runs.js';
import { Advice } from '../step.js';
import { DockerCli } from './docker-cli.js';

const socket = join(places.run, 'docker.sock');
const pidFile = join(places.run, 'dockerd.pid');
/** Which run starts or stops the engine just now. */
const lockFile = join(places.run, 'engine.lock');
/** Which runs use it; the last one stops it. */
const usersDirectory = join(places.run, 'users');
const logFile = join(places.engine, 'dockerd.log');
export const privateHost = `unix://${socket}`;

const startMs = 60_000;
const stopMs = 20_000;
const containerdMs = 5_000;

export interface PrivateEngine {
  cli: DockerCli;
  stop(): Promise<void>;
}

/**
 * Starts the engine, takes over the one that an interrupted run left behind, or shares the one of a run that lives.
 * When this fails or is interrupted, no engine of ours is left that nobody uses.
 */
export async function startPrivateEngine(): Promise<PrivateEngine> {
  const cli = new DockerCli(privateHost);
  await alone(async () => {
    interruption().throwIfAborted();
    addUser(usersDirectory);
    try {
      if (runningPid() === undefined || !(await cli.answers())) await startDaemon(cli);
    } catch (error) {
      await stopUnlessUsed();
      throw error;
    }
  });
  return { cli, stop: () => alone(stopUnlessUsed) };
}

/** Runs `act` while no other run starts or stops the engine. */
async function alone(act: () => Promise<void>): Promise<void> {
  while (takeLock(lockFile) !== undefined) await sleep(100);
  try {
    await act();
  } finally {
    releaseLock(lockFile);
  }
}

async function stopUnlessUsed(): Promise<void> {
  if (removeUser(usersDirectory) === 0) await stopPrivateEngine();
}

async function startDaemon(cli: DockerCli): Promise<void> {
  // After an interruption no engine answers us, however well it runs.
  interruption().throwIfAborted();
  await stopPrivateEngine();
  makePrivateDirectory(places.engine);
  const log = openSync(logFile, 'w', 0o600);
  const args = ['--data-root', join(places.engine, 'data'), '--exec-root', join(places.run, 'exec')];
  // Sandboxes have no network, and images are built on the host's, so no bridge and no firewall rule is made.
  args.push('--pidfile', pidFile, '--host', privateHost, '--bridge=none', '--iptables=false', '--ip6tables=false');
  const daemon = spawn('dockerd', args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = new Promise<'exited'>((resolve) => {
    daemon.once('error', () => resolve('exited'));
    daemon.once('exit', () => resolve('exited'));
  });
  daemon.unref();
  try {
    await untilAnswers(cli, exited);
  } catch (error) {
    // It may not have written its pid file yet.
    daemon.kill('SIGTERM');
    await exited;
    await untilContainerdIsGone();
    throw error;
  }
}

/** It dies with an engine that was ended early, but a moment later; the next engine would wait for it in vain. */
async function untilContainerdIsGone(): Promise<void> {
  const file = join(places.run, 'exec/containerd/containerd.pid');
  const pid = readPid(file);
  const deadline = Date.now() + containerdMs;
  while (pid !== undefined && commandLine(pid)[0]?.endsWith('containerd') && Date.now() < deadline) await sleep(50);
  // Nobody may have collected it yet, and to Docker a zombie is alive.
  rmSync(file, { force: true });
}

async function untilAnswers(cli: DockerCli, exited: Promise<'exited'>): Promise<void> {
  const deadline = Date.now() + startMs;
  while (!(await cli.answers())) {
    interruption().throwIfAborted();
    const ended = await Promise.race([exited, sleep(100)]);
    if (ended === 'exited' || Date.now() > deadline)
      throw new Advice(`the Docker Engine did not start; its log is ${logFile}`);
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

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
