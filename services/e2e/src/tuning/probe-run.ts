// Runs the probe in a container of the sandbox image, without network, and gives its rows as they come.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle, type DockerCli, inheritedEnvironment, places } from '@astrogate/local';
import type { ProbeRow, ProbeTask } from './candidate.js';
import { picturesDirectory } from './pictures.js';

const probeDirectory = join(places.state, 'tuning', 'probe');

/** Bundles the probe into one file for the container. */
export async function bundleProbe(): Promise<void> {
  mkdirSync(probeDirectory, { recursive: true });
  await bundle(join(places.root, 'services/e2e/src/tuning/probe.ts'), join(probeDirectory, 'probe.mjs'));
}

const tmpfs = 'rw,mode=0700,uid=65532,gid=65532,size=1g';

export interface ProbeRun {
  cli: DockerCli;
  image: string;
  signal: AbortSignal;
  onRow(row: ProbeRow): void;
}

/** Resolves when all trials are measured, or soon after an abort; rejects when the probe fails. No container is left. */
export async function runProbe(task: ProbeTask, { cli, image, signal, onRow }: ProbeRun): Promise<void> {
  const name = `astrogate-tune-${randomBytes(6).toString('hex')}`;
  const volumes = ['--volume', `${probeDirectory}:/probe:ro`, '--volume', `${picturesDirectory}:/pictures:ro`];
  const box = ['--network', 'none', '--tmpfs', `/job:${tmpfs}`, '--tmpfs', `/tmp:${tmpfs}`];
  const program = ['--entrypoint', '/opt/astrogate/node', image, '/probe/probe.mjs'];
  const args = ['run', '--rm', '--interactive', '--name', name, ...volumes, ...box, ...program];
  const env = { ...inheritedEnvironment(), DOCKER_HOST: cli.host };
  const child = spawn('docker', args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('close', resolve);
    child.on('error', reject);
  });
  // The docker CLI passes the signal on; the probe ends by it and takes its programs along.
  const stop = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(task));
  for await (const line of createInterface({ input: child.stdout })) onRow(JSON.parse(line) as ProbeRow);
  const code = await ended;
  signal.removeEventListener('abort', stop);
  if (code !== 0 && !signal.aborted) throw new Error(`the probe ended with ${code} on ${task.picture}`);
}
