// `npm test`: sets up what is missing, runs every test, and ends with one line of real counts. `npm run test:attacks`
// runs the attacks alone, and says before that line what each control was worth; `npm run test:admin` runs what is about
// admin jobs, with whole deployments, and says in which step at which moment each job was killed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { adminTestArgs, prepareAdminTests } from './admin-tests.js';
import { attackTable, readEvidence } from './attack-table.js';
import { composeCommand } from './compose-command.js';
import { dockerHostFromEnvironment, inheritedEnvironment } from './config.js';
import { findEngine } from './engine/find-engine.js';
import { ensureProgram } from './engine/install.js';
import { ensureBaseImage } from './images/base-image.js';
import { ensureSandboxImage } from './images/images.js';
import { killTable } from './kill-table.js';
import { ensureSwift } from './object-store/find-swift.js';
import { makePrivateDirectory, places } from './places.js';
import { ensurePostgres } from './postgres/find-postgres.js';
import { Advice, say } from './step.js';

const usage = `Usage: npm test -- [--no-install] [jest options]
Sets up a Docker Engine and the images where they are missing, then runs all tests but those of --admin.
  --no-install   install nothing; say what is missing and fail
  --attacks      only the attacks, with a table of what stopped each
  --admin        only admin jobs: on the compose deployment with nginx and Vault, and killed at every moment of every step`;

interface JestResults {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
  testResults: {
    name: string;
    assertionResults: { status: string; fullName: string; title: string; ancestorTitles: string[] }[];
  }[];
}

/** Ends the process: 0 when nothing failed. */
export async function test(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    console.log(usage);
    return;
  }
  try {
    process.exitCode = await setUpAndRun(args);
  } catch (error) {
    say(`astrogate: ${error instanceof Advice ? error.message : (error as Error).stack}`);
    console.log('0 passed, 1 failed, 0 skipped');
    process.exitCode = 1;
  }
}

async function setUpAndRun(args: readonly string[]): Promise<number> {
  const mayInstall = !args.includes('--no-install');
  const engine = await findEngine(dockerHostFromEnvironment(), mayInstall);
  try {
    await composeCommand(mayInstall);
    await ensurePostgres(mayInstall).catch((error) =>
      say(`  tests with a PostgreSQL server are skipped: ${error.message}`),
    );
    await ensureSwift(mayInstall).catch((error) =>
      say(`  tests with an S3-compatible server are skipped: ${error.message}`),
    );
    await ensureProxies(mayInstall);
    const base = await ensureBaseImage(engine, mayInstall);
    const sandbox = await ensureSandboxImage(engine, mayInstall);
    const images = { ASTROGATE_TEST_BASE_IMAGE: base, ASTROGATE_TEST_SANDBOX_IMAGE: sandbox };
    const jestArgs = args.filter((arg) => !['--no-install', '--attacks', '--admin'].includes(arg));
    const env = { ...images, DOCKER_HOST: engine.cli.host };
    if (args.includes('--attacks')) return report(await runAttacks(jestArgs, env));
    if (args.includes('--admin')) {
      const more = await prepareAdminTests(engine, mayInstall);
      const results = await runJest(adminTestArgs(jestArgs), { ...env, ...more });
      console.log(killTable(results.testResults).join('\n'));
      return report(results);
    }
    return report(await runJest([...jestArgs, ...withoutAdmin], env));
  } finally {
    await engine.stop();
  }
}

/** All but `admin`, whose deployments need minutes, and a Vault that is built first. */
const withoutAdmin = ['--ignoreProjects', 'admin'];

async function runAttacks(jestArgs: readonly string[], env: NodeJS.ProcessEnv): Promise<JestResults> {
  const evidenceFile = join(makePrivateDirectory(places.state), 'attack-evidence.jsonl');
  rmSync(evidenceFile, { force: true });
  const results = await runJest([...jestArgs, '--selectProjects', 'attacks'], {
    ...env,
    ASTROGATE_ATTACK_EVIDENCE: evidenceFile,
  });
  const evidence = existsSync(evidenceFile) ? readEvidence(readFileSync(evidenceFile, 'utf8')) : [];
  console.log(attackTable(results.testResults, evidence).join('\n'));
  return results;
}

/** In front of the engine, and in front of the api. Without them their tests are skipped, and counted as skipped. */
async function ensureProxies(mayInstall: boolean): Promise<void> {
  for (const [program, packageName] of [
    ['haproxy', 'haproxy'],
    ['nginx', 'nginx-light'],
  ] as const)
    await ensureProgram(program, packageName, mayInstall).catch((error: Error) => say(`  ${error.message}`));
}

async function runJest(args: readonly string[], env: NodeJS.ProcessEnv): Promise<JestResults> {
  const jest = createRequire(join(places.root, 'package.json')).resolve('jest/bin/jest');
  const outputFile = join(makePrivateDirectory(places.state), 'test-results.json');
  rmSync(outputFile, { force: true });
  const nodeArgs = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest];
  const jestArgs = ['--json', `--outputFile=${outputFile}`, '--verbose', ...args];
  const child = spawn(process.execPath, [...nodeArgs, ...jestArgs], {
    cwd: places.root,
    env: { ...inheritedEnvironment(), ...env },
    // Jest's own report goes to standard error; --json would print the results a second time.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const forward = () => child.kill('SIGTERM');
  process.once('SIGINT', forward).once('SIGTERM', forward);
  await new Promise((resolve) => child.once('close', resolve));
  try {
    return JSON.parse(readFileSync(outputFile, 'utf8'));
  } catch {
    throw new Advice('jest was interrupted and left no results');
  }
}

/** A suite that could not be loaded counts as a failed test. */
function report(results: JestResults): number {
  const skipped = results.testResults.flatMap((suite) =>
    suite.assertionResults.filter(({ status }) => status === 'pending' || status === 'todo'),
  );
  for (const { fullName } of skipped) say(`skipped: ${fullName}`);
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  console.log(
    `${results.numPassedTests} passed, ${failed} failed, ${results.numPendingTests + results.numTodoTests} skipped`,
  );
  return failed === 0 && results.numPassedTests > 0 ? 0 : 1;
}
