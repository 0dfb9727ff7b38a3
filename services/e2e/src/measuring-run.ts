// What every measuring command does around its measuring: an engine that is stopped again, Ctrl-C that ends cleanly, a
// directory that containers may read, whole numbers from the command line.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DockerCli,
  dockerHostFromEnvironment,
  type Engine,
  findEngine,
  inheritedEnvironment,
  interruption,
  say,
} from '@astrogate/local';

/** Runs `work`. An interruption is told in one line and ends with code 130; other errors are thrown on. */
export async function withEngine(work: (engine: Engine) => Promise<void>, advice = 'interrupted'): Promise<void> {
  const signal = interruption();
  const engine = await findEngine(dockerHostFromEnvironment(), true);
  try {
    await work(engine);
  } catch (error) {
    if (!signal.aborted) throw error;
    say(advice);
    process.exitCode = 130;
  } finally {
    await engine.stop();
  }
}

export const goesOn = 'interrupted; the next run goes on from here';

/** Runs `work` with a directory that every user may read, and removes it. */
export async function withSharedDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'astrogate-measuring-'));
  chmodSync(directory, 0o755);
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The value of option `name`. Throws an Error for what is no whole number from `least` on. */
export function wholeNumber(name: string, value: string | undefined, least = 1): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least) throw new Error(`--${name} must be a whole number from ${least} on`);
  return number;
}

/** Also after an interruption, which ends whatever runs through DockerCli. */
export function removeContainers(host: string, containers: readonly string[]): void {
  if (containers.length === 0) return;
  const env = { ...inheritedEnvironment(), DOCKER_HOST: host };
  spawnSync('docker', ['rm', '--force', ...containers], { env, stdio: 'ignore' });
}

export const engineVersion = async (cli: DockerCli): Promise<string> =>
  (await cli.run(['version', '--format', '{{.Server.Version}}'])).toString().trim();
