// A whole stack for a test: own directories, own ports, own instance, on the engine of the test run.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerCli, type Stack, type StackOptions, startStack } from '@astrogate/local';
import { sandboxIdOf } from '@astrogate/sandbox-spec';
import { testEnvironment } from './config.js';
import { listSandboxes } from './ops-calls.js';

export interface TestStack extends Stack {
  cli: DockerCli;
  /**
   * Names of the sandboxes of this stack's solver that work on a job, and of those that did and that the engine still
   * has, so that a leftover counts although the solver no longer knows its job. Asks solver and engine.
   */
  sandboxes(): Promise<string[]>;
  /** Names of all its sandboxes, in whatever state, warm ones that wait for a job included. Asks the engine alone. */
  allSandboxes(): Promise<string[]>;
  /** Names of the files in the api's spool. */
  spoolDirectory: string;
  /** Log lines of a service so far, parsed. */
  log(service: 'api' | 'solver' | 'solver-2'): Record<string, unknown>[];
  /** Stops everything and removes the directories. */
  end(): Promise<void>;
}

export async function startTestStack(
  options: Partial<Pick<StackOptions, 'apiEnv' | 'solverEnv' | 'solvers' | 'dockerHost' | 'sandboxImage'>> = {},
): Promise<TestStack> {
  const environment = testEnvironment();
  const { home, ...directories } = temporaryDirectories();
  const stack = await startStack({
    dockerHost: environment.dockerHost,
    sandboxImage: environment.sandboxImage,
    apiPort: 0,
    directories,
    ...options,
  });
  const cli = new DockerCli(options.dockerHost ?? environment.dockerHost);
  const allSandboxes = () => sandboxesOf(cli, directories.solver);
  const seenAtWork = new Set<string>();
  return Object.assign(Object.create(stack, {}), {
    cli,
    spoolDirectory: join(directories.api, 'spool'),
    allSandboxes,
    async sandboxes() {
      for (const { sandboxId, jobId } of await listSandboxes(stack)) {
        if (jobId !== '') seenAtWork.add(sandboxId);
      }
      return (await allSandboxes()).filter((name) => seenAtWork.has(sandboxIdOf(name) ?? ''));
    },
    log(service: string) {
      const lines = readFileSync(join(directories.logs, `${service}.log`), 'utf8').split('\n');
      return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    async end() {
      await stack.stop();
      rmSync(home, { recursive: true, force: true });
    },
  }) as TestStack;
}

/** Directories of a stack below a new `home`, which whoever asked removes. */
export function temporaryDirectories() {
  const home = mkdtempSync(join(tmpdir(), 'astrogate-test-'));
  // The api's user must pass through to its own directory.
  chmodSync(home, 0o711);
  return {
    home,
    api: join(home, 'public', 'api'),
    solver: join(home, 'solver'),
    certificates: join(home, 'certificates'),
    logs: join(home, 'logs'),
  };
}

/** Waits until `condition` holds; throws after `withinMs` with `what`. */
export async function eventually(
  what: string,
  withinMs: number,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Names of all containers, in whatever state, of the solver whose state directory this is. */
export async function sandboxesOf(cli: DockerCli, solverDirectory: string): Promise<string[]> {
  const instance = readFileSync(join(solverDirectory, 'instance-id'), 'utf8').trim();
  const filter = `label=dev.astrogate.instance=${instance}`;
  const listed = await cli.run(['ps', '--all', '--format', '{{.Names}}', '--filter', filter]);
  return listed.toString().split('\n').filter(Boolean);
}
