// Two solvers on one engine behind one api: both work, and when one is killed the other goes on.
import { DockerCli } from '@astrogate/local';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { listSandboxes } from '../src/ops-calls.js';
import { shuffledStars } from '../src/pictures.js';
import { sampleSkyJpeg } from '../src/skies.js';
import { endedJob, submitJob } from '../src/solve-jobs.js';
import { eventually, startTestStack, type TestStack } from '../src/test-stack.js';

const { dockerHost, sandboxImage } = testEnvironment();
const unsolvable = shuffledStars(7);
let stack: TestStack;
let jpeg: Buffer;

beforeAll(async () => {
  ({ jpeg } = await sampleSkyJpeg(new DockerCli(dockerHost), sandboxImage));
  stack = await startTestStack({ solvers: 2, solverEnv: { SOLVER_SLOTS: '1' } });
}, 240_000);
afterAll(() => stack?.end(), 60_000);

const capacity = async () =>
  (await (await fetch(`${stack.url}/api/v1/capacity`)).json()) as { slots: number; running: number };
const jobsOf = (solver: 'solver' | 'solver-2') =>
  stack.log(solver).flatMap(({ msg, jobId }) => (msg === 'job finished' ? [jobId] : []));
const submit = async (count: number, picture: Buffer, fields = {}) => {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push((await submitJob(stack.url, picture, fields)).id);
  return ids;
};
/** The solvers that work on a job now. */
const atWork = async () => {
  const boxes = stack.solvers.map(({ process }) =>
    listSandboxes({ solver: process, certificates: stack.certificates }),
  );
  const busy = (await Promise.all(boxes)).map((those) => those.some(({ jobId }) => jobId !== ''));
  return stack.solvers.filter((_, index) => busy[index]);
};
const ended = (ids: readonly string[]) => Promise.all(ids.map((id) => endedJob(stack.url, id)));

test('jobs run on both', async () => {
  expect(await capacity()).toMatchObject({ slots: 2 });
  const jobs = await ended(await submit(8, jpeg));
  expect(jobs.map(({ status }) => status)).toEqual(Array(8).fill('solved'));
  expect(jobsOf('solver').length).toBeGreaterThan(0);
  expect(jobsOf('solver-2').length).toBeGreaterThan(0);
}, 240_000);

test('one is killed: its attempt is repeated by the other, every job ends, and it works again once it is back', async () => {
  const [long] = await submit(1, unsolvable, { max_seconds: '8' });
  await eventually('it runs', 60_000, async () => (await capacity()).running === 1);
  const [dying] = await atWork();
  const waiting = await submit(6, jpeg);
  await dying?.process.kill();
  await eventually('half of the slots are left', 30_000, async () => (await capacity()).slots === 1);
  expect((await fetch(`${stack.url}/readyz`)).status).toBe(200);

  const jobs = await ended(waiting);
  expect(jobs.map(({ status }) => status)).toEqual(Array(6).fill('solved'));
  // Repeated elsewhere: it ends as if nothing had happened.
  const [{ status, failure }] = (await ended([long as string])) as [Awaited<ReturnType<typeof endedJob>>];
  expect(failure?.code ?? status).toMatch(/^(?:timeout|not_solved)$/);

  const name = dying === stack.solvers[0] ? 'solver' : 'solver-2';
  const before = jobsOf(name).length;
  await dying?.restart();
  await eventually('all slots are back', 60_000, async () => (await capacity()).slots === 2);
  const more = await ended(await submit(6, jpeg));
  expect(more.map(({ status }) => status)).toEqual(Array(6).fill('solved'));
  expect(jobsOf(name).length).toBeGreaterThan(before);
}, 240_000);
