// A Docker Engine that a test may kill: own data root, socket and pid file, with a copy of the sandbox image.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerCli, inheritedEnvironment } from '@astrogate/local';
import { eventually } from './test-stack.js';

export interface SecondEngine {
  cli: DockerCli;
  /** SIGKILL to the daemon; containers may live on. */
  kill(): Promise<void>;
  /** Starts the daemon again on the same data. */
  start(): Promise<void>;
  end(): Promise<void>;
}

/** Starts an engine and copies `images` from the engine at `source`. Needs root and dockerd. */
export async function startSecondEngine(source: DockerCli, ...images: readonly string[]): Promise<SecondEngine> {
  const home = mkdtempSync(join(tmpdir(), 'ag-engine-'));
  const host = `unix://${join(home, 'sock')}`;
  const cli = new DockerCli(host);
  let daemon: ChildProcess;
  const start = async () => {
    const paths = [
      '--data-root',
      join(home, 'data'),
      '--exec-root',
      join(home, 'exec'),
      '--pidfile',
      join(home, 'pid'),
      '--host',
      host,
    ];
    const log = createWriteStream(join(home, 'log'), { flags: 'a' });
    daemon = spawn('dockerd', [...paths, '--bridge=none', '--iptables=false', '--ip6tables=false'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    daemon.stdout?.pipe(log);
    daemon.stderr?.pipe(log);
    await eventually('the second engine answers', 60_000, () => cli.answers());
  };
  const stopWith = async (signal: NodeJS.Signals) => {
    if (daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill(signal);
    await ended;
  };
  const end = async () => {
    await stopWith('SIGTERM');
    endProcessesOf(home);
    unmountBelow(home);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await start();
    await copyImages(source, cli, images);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    cli,
    start,
    end,
    async kill() {
      const containerd = Number(readFileSync(join(home, 'exec/containerd/containerd.pid'), 'utf8'));
      await stopWith('SIGKILL');
      // It dies with its parent, but not at once; a daemon that starts before waits for its socket in vain.
      await eventually('containerd has ended', 30_000, () => !existsSync(`/proc/${containerd}`));
    },
  };
}

/** A daemon that was killed leaves the shims of its containers behind; their arguments name its directory. */
function endProcessesOf(directory: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${directory}/`)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

/** A daemon that was killed leaves its mounts behind. */
function unmountBelow(directory: string): void {
  const points = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point.startsWith(`${directory}/`));
  for (const point of points.reverse()) execFileSync('umount', ['--lazy', point]);
}

/** `docker save | docker load`, without a file in between. */
async function copyImages(from: DockerCli, to: DockerCli, images: readonly string[]): Promise<void> {
  const environment = (cli: DockerCli) => ({ ...inheritedEnvironment(), DOCKER_HOST: cli.host });
  const save = spawn('docker', ['save', ...images], { env: environment(from), stdio: ['ignore', 'pipe', 'inherit'] });
  const load = spawn('docker', ['load', '--quiet'], {
    env: environment(to),
    stdio: [save.stdout, 'ignore', 'inherit'],
  });
  const codes = await Promise.all([save, load].map((child) => new Promise((resolve) => child.once('exit', resolve))));
  if (codes.some((code) => code !== 0)) throw new Error(`image copy ended with ${codes.join(' and ')}`);
}
