// What happens when someone or something on the way of an upload goes away.
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { shuffledStars } from '../src/pictures.js';
import { eventually, startTestStack, type TestStack } from '../src/test-stack.js';

const unsolvable = shuffledStars(1);

function form(seconds?: number): FormData {
  const body = new FormData();
  body.set('image', new Blob([unsolvable]), 'stars.pgm');
  if (seconds !== undefined) body.set('max_seconds', String(seconds));
  return body;
}

const json = async (response: Response) => (await response.json()) as Record<string, unknown>;

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
}, 120_000);
afterAll(() => stack?.end(), 60_000);

async function submit(seconds = 100): Promise<string> {
  const response = await fetch(`${stack.url}/api/v1/solves`, { method: 'POST', body: form(seconds) });
  expect(response.status).toBe(202);
  return stack.url + response.headers.get('location');
}

const status = async (job: string) => (await json(await fetch(job))).status;
const isRunning = (job: string) => async () =>
  (await status(job)) === 'running' && (await stack.sandboxes()).length > 0;

describe('a caller goes away', () => {
  test('of /solve: its sandbox is gone at once, in about a second', async () => {
    const leave = new AbortController();
    const answer = fetch(`${stack.url}/solve`, { method: 'POST', body: form(), signal: leave.signal });
    await eventually('a sandbox works', 20_000, async () => (await stack.sandboxes()).length === 1);
    leave.abort();
    await expect(answer).rejects.toThrow();
    const begin = Date.now();
    await eventually('no sandbox is left', 5000, async () => (await stack.sandboxes()).length === 0);
    expect(Date.now() - begin).toBeLessThan(2000);
    await eventually('the spool is empty', 2000, () => readdirSync(stack.spoolDirectory).length === 0);
  });

  test('after a 202: the job goes on, until it is cancelled', async () => {
    const job = await submit();
    await eventually('the job runs', 20_000, isRunning(job));
    const cancelled = await fetch(`${job}/cancel`, { method: 'POST' });
    expect(cancelled.status).toBe(200);
    await eventually('the job is cancelled', 5000, async () => (await status(job)) === 'cancelled');
    await eventually('no sandbox is left', 5000, async () => (await stack.sandboxes()).length === 0);
  });

  test('half-way through its upload: no job, no file, no sandbox', async () => {
    await new Promise<void>((resolve) => {
      const upload = request(`${stack.url}/api/v1/solves`, {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=b', 'content-length': '9000000' },
      });
      upload.on('error', () => resolve());
      upload.write('--b\r\nContent-Disposition: form-data; name="image"; filename="a.pgm"\r\n\r\n');
      upload.write(unsolvable.subarray(0, 100_000), () => setTimeout(() => upload.destroy(), 200));
    });
    await eventually('the spool is empty', 5000, () => readdirSync(stack.spoolDirectory).length === 0);
    expect(await stack.sandboxes()).toEqual([]);
  });
});

test('a job that reaches its time limit fails with `timeout` and leaves no sandbox', async () => {
  const job = await submit(2);
  await eventually('the job has ended', 20_000, async () => (await status(job)) === 'failed');
  expect((await json(await fetch(job))).failure).toMatchObject({ code: 'timeout' });
  await eventually('no sandbox is left', 2000, async () => (await stack.sandboxes()).length === 0);
}, 60_000);

describe('the solver is killed mid-job', () => {
  let decoys: string[] = [];
  afterAll(() => stack?.cli.run(['rm', '--force', ...decoys]));

  test('and comes back: none of its sandboxes is left, and no other container was touched', async () => {
    const { baseImage } = await import('../src/config.js').then((config) => config.testEnvironment());
    const decoy = async (labels: string[]) => {
      const args = [
        'run',
        '--detach',
        '--network',
        'none',
        ...labels.flatMap((label) => ['--label', label]),
        baseImage,
        'sleep',
        '300',
      ];
      return (await stack.cli.run(args)).toString().trim();
    };
    const soon = new Date(Date.now() + 600_000).toISOString();
    const labels = (instance: string) => [
      'dev.astrogate.owner=astrogate-solver',
      `dev.astrogate.instance=${instance}`,
      `dev.astrogate.expires-at=${soon}`,
    ];
    decoys = [await decoy([]), await decoy(labels('f'.repeat(32)))];

    const job = await submit();
    await eventually('the job runs', 20_000, isRunning(job));
    const before = await stack.allSandboxes();
    await stack.solver.kill();
    const down = await fetch(`${stack.url}/readyz`);
    expect(down.status).toBe(503);
    await stack.restartSolver();
    await eventually('the job has ended or runs again', 20_000, async () => (await status(job)) !== 'queued');
    await fetch(`${job}/cancel`, { method: 'POST' });
    await eventually('no sandbox of this solver works', 20_000, async () => (await stack.sandboxes()).length === 0);
    const after = await stack.allSandboxes();
    expect(after.filter((name) => before.includes(name))).toEqual([]);
    const running = (await stack.cli.run(['ps', '--quiet', '--no-trunc'])).toString();
    for (const id of decoys) expect(running).toContain(id);
  }, 90_000);

  test('and stays away: 503, retryable, with Retry-After; and solves again once it is back', async () => {
    await stack.solver.kill();
    const refused = await fetch(`${stack.url}/solve`, { method: 'POST', body: form() });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await json(refused)).toMatchObject({ solved: false, code: 'solver_unavailable' });
    await stack.restartSolver();
    await eventually('ready again', 20_000, async () => (await fetch(`${stack.url}/readyz`)).ok);
    const job = await submit(2);
    await eventually('a job ends again', 20_000, async () => (await status(job)) === 'failed');
  }, 90_000);
});

test('a stop while a job runs lets it end, and leaves no process and no container', async () => {
  const own = await startTestStack();
  const answer = fetch(`${own.url}/solve`, { method: 'POST', body: form() });
  answer.catch(() => {});
  await eventually('a sandbox works', 20_000, async () => (await own.sandboxes()).length === 1);
  const stopping = own.stop();
  // The second request gives running work up; two signals at the same moment would count as one.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await own.stop();
  await stopping;
  expect(await own.allSandboxes()).toEqual([]);
  expect([await own.api.exited, await own.solver.exited].every((code) => code === 0 || code === 1)).toBe(true);
  await own.end();
}, 90_000);
