// `npm start`: everything that is needed to solve a picture on this machine, from nothing, until Ctrl-C.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError } from '@astrogate/common';
import { databaseFromEnvironment, dockerHostFromEnvironment, portFromEnvironment } from './config.js';
import { ensureDevelopmentKey } from './development-key.js';
import { findEngine } from './engine/find-engine.js';
import { ensurePortIsFree } from './free-port.js';
import { ensureSandboxImage } from './images/images.js';
import { interruption } from './interrupt.js';
import { places } from './places.js';
import { releaseLock, takeLock } from './runs.js';
import { describeSample, ensureSample, solveSample } from './sample.js';
import { type Stack, startStack } from './stack/stack.js';
import { Advice, say, step } from './step.js';

const usage = `Usage: npm start -- [--once] [--no-install]
Serves on http://127.0.0.1:8080 (ASTROGATE_PORT) until Ctrl-C, after a sample sky was solved.
  --once         end after the sample was solved
  --no-install   install nothing; say what is missing and fail
DOCKER_HOST names the Docker Engine to use, DATABASE_URL a PostgreSQL server for the jobs. State is kept in ${places.state}.`;

/** Sets process.exitCode: 0, 1 (failed), 2 (wrong arguments), 78 (wrong configuration), 130 (interrupted before ready). */
export async function start(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (options === undefined) return;
  const interrupted = interruption();
  try {
    await run(options, interrupted);
  } catch (error) {
    process.exitCode = interrupted.aborted ? 130 : error instanceof ConfigError ? 78 : 1;
    const isExpected = error instanceof Advice || error instanceof ConfigError;
    say(
      interrupted.aborted
        ? 'astrogate: interrupted'
        : `astrogate: ${isExpected ? error.message : (error as Error).stack}`,
    );
  }
}

interface StartOptions {
  once: boolean;
  mayInstall: boolean;
}

function readOptions(args: readonly string[]): StartOptions | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { once: { type: 'boolean' }, 'no-install': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (!values.help) return { once: values.once === true, mayInstall: values['no-install'] !== true };
    console.log(usage);
  } catch (error) {
    say(`${(error as Error).message}\n${usage}`);
    process.exitCode = 2;
  }
  return undefined;
}

/** Two runs of one clone would take each other's sandboxes and uploads for what a crash left behind. */
const lockFile = join(places.state, 'start.lock');

async function run(options: StartOptions, interrupted: AbortSignal): Promise<void> {
  const apiPort = portFromEnvironment();
  await ensurePortIsFree(apiPort);
  const other = takeLock(lockFile);
  if (other !== undefined) throw new Advice(`"npm start" runs in this clone already, as process ${other}`);
  try {
    await serve(apiPort, options, interrupted);
  } finally {
    releaseLock(lockFile);
  }
}

async function serve(apiPort: number, options: StartOptions, interrupted: AbortSignal): Promise<void> {
  const engine = await findEngine(dockerHostFromEnvironment(), options.mayInstall);
  try {
    const sandboxImage = await ensureSandboxImage(engine, options.mayInstall);
    const sample = await ensureSample(engine.cli, sandboxImage);
    const stack = await step('Start solver and api', () =>
      startStack({ dockerHost: engine.cli.host, sandboxImage, apiPort, apiEnv: databaseFromEnvironment() }),
    );
    try {
      await ensureDevelopmentKey(stack);
      const begin = performance.now();
      const answer = await step('Solve the sample sky', () => solveSample(stack.url, sample, interrupted));
      console.log(describeSample(answer, (performance.now() - begin) / 1000));
      if (options.once) return;
      console.log(`ready ${stack.url}`);
      await untilStopped(stack, interrupted);
    } finally {
      await stopStack(stack);
    }
  } finally {
    await engine.stop();
  }
}

/** Resolves on Ctrl-C; throws Advice when a service ends by itself. */
async function untilStopped(stack: Stack, interrupted: AbortSignal): Promise<void> {
  const stopped = new Promise<'stopped'>((resolve) => {
    if (interrupted.aborted) resolve('stopped');
    interrupted.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  const ended = await Promise.race([
    stopped,
    stack.api.exited.then((code) => `the api ended with ${code}`),
    stack.solver.exited.then((code) => `the solver ended with ${code}`),
  ]);
  if (ended !== 'stopped') throw new Advice(`${ended}; see the logs in ${places.logs}`);
}

/** A second Ctrl-C while jobs finish gives them up. */
async function stopStack(stack: Stack): Promise<void> {
  say('stopping');
  const again = () => void stack.stop();
  process.once('SIGINT', again);
  await stack.stop();
  process.removeListener('SIGINT', again);
}
