// Promise R1: the solver is killed at each step of a sandbox's life. Its programs end by themselves, and its next start
// removes what is left.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { type EngineTap, openEngineTap } from '../src/engine-tap.js';
import { shuffledStars } from '../src/pictures.js';
import { submitJob } from '../src/solve-jobs.js';
import { eventually, startTestStack, type TestStack } from '../src/test-stack.js';

const unsolvable = shuffledStars(11);
let tap: EngineTap;
let stack: TestStack;

beforeAll(async () => {
  tap = await openEngineTap(testEnvironment().dockerHost.replace('unix://', ''));
  stack = await startTestStack({ dockerHost: tap.url });
}, 120_000);
afterAll(async () => {
  await stack?.end();
  await tap?.close();
}, 60_000);

const isRunning = async (names: readonly string[]) => {
  const running = (await stack.cli.run(['ps', '--format', '{{.Names}}'])).toString().split('\n');
  return names.some((name) => running.includes(name));
};

test.each([
  ['create', /^POST \S*\/containers\/create/],
  ['attach', /^POST \S*\/attach/],
  ['start', /^POST \S*\/start/],
  ['remove', /^DELETE /],
])(
  'killed at %s: programs end by themselves, and after the next start none of its sandboxes is left',
  async (_step, firstLine) => {
    const killed = Promise.withResolvers<void>();
    tap.at(firstLine, () => void stack.solver.kill().then(killed.resolve));
    const { id } = await submitJob(stack.url, unsolvable, { max_seconds: '2' });
    await killed.promise;
    const before = await stack.allSandboxes();
    expect(before).not.toEqual([]);
    await eventually('no program of it runs', 7_000, async () => !(await isRunning(before)));
    await stack.restartSolver();
    const after = await stack.allSandboxes();
    expect(after.filter((name) => before.includes(name))).toEqual([]);
    await fetch(`${stack.url}/api/v1/solves/${id}`, { method: 'DELETE' });
  },
  90_000,
);
