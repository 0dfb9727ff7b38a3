// Promise R6, with the solver's real process and real signals.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { solverHealth } from '../src/ops-calls.js';
import { shuffledStars } from '../src/pictures.js';
import { endedJob, submitJob } from '../src/solve-jobs.js';
import { eventually, startTestStack, type TestStack } from '../src/test-stack.js';

const unsolvable = shuffledStars(12);
let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
}, 120_000);
afterAll(() => stack?.end(), 60_000);

/** A job that the solver works on. */
async function runningJob(seconds: string): Promise<string> {
  const { id } = await submitJob(stack.url, unsolvable, { max_seconds: seconds });
  await eventually('a sandbox works', 20_000, async () => (await stack.sandboxes()).length === 1);
  return id;
}

const drains = () =>
  eventually('the solver says that it drains', 10_000, async () => (await solverHealth(stack)) === 'NOT_SERVING');

test('SIGTERM: new work is refused, running work ends as it would have, exit code 0, nothing left', async () => {
  const id = await runningJob('10');
  process.kill(stack.solver.pid, 'SIGTERM');
  await drains();
  const body = new FormData();
  body.set('image', new Blob([unsolvable]), 'x');
  const refused = await fetch(`${stack.url}/solve`, { method: 'POST', body });
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({
    solved: false,
    code: expect.stringMatching(/^(draining|sandbox_unavailable|solver_unavailable)$/),
  });
  expect((await fetch(`${stack.url}/readyz`)).status).toBe(503);
  const { failure } = await endedJob(stack.url, id);
  expect(failure?.code).toBe('timeout');
  expect(await stack.solver.exited).toBe(0);
  expect(await stack.allSandboxes()).toEqual([]);
}, 90_000);

test('a second SIGTERM: running work is given up at once, exit code 1, nothing left; its job goes on with the next solver', async () => {
  await stack.restartSolver();
  await eventually('ready again', 20_000, async () => (await fetch(`${stack.url}/readyz`)).ok);
  const id = await runningJob('60');
  const begun = Date.now();
  process.kill(stack.solver.pid, 'SIGTERM');
  await drains();
  process.kill(stack.solver.pid, 'SIGTERM');
  expect(await stack.solver.exited).toBe(1);
  expect(Date.now() - begun).toBeLessThan(30_000);
  expect(await stack.allSandboxes()).toEqual([]);
  const job = `${stack.url}/api/v1/solves/${id}`;
  const status = async () => ((await (await fetch(job)).json()) as { status: string }).status;
  await eventually('it waits again', 10_000, async () => (await status()) === 'queued');
  await stack.restartSolver();
  await eventually('it runs again', 30_000, async () => (await status()) === 'running');
  await fetch(`${job}/cancel`, { method: 'POST' });
  expect((await endedJob(stack.url, id)).status).toBe('cancelled');
}, 90_000);
