import { AstrogateError } from '@astrogate/proto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FakeSolverClient, hold } from '../../test-support/fake-solver-client.js';
import { FakeUploads } from '../../test-support/fake-uploads.js';
import { form, jpeg } from '../../test-support/pictures.js';
import { type RunningApi, runApi, until } from '../../test-support/running-api.js';
import { maxBroken } from '../jobs/retry.js';
import type { JobView } from './job-view.js';

let solver: FakeSolverClient;
let uploads: FakeUploads;
let api: RunningApi;

beforeEach(async () => {
  solver = new FakeSolverClient();
  uploads = new FakeUploads();
  api = await runApi({}, { solver, uploads });
});
afterEach(async () => api[Symbol.asyncDispose]());

const post = (path = '/api/v1/solves') => fetch(`${api.url}${path}`, { method: 'POST', body: form() });
const submit = async () => (await (await post()).json()) as JobView;
const look = async ({ links }: JobView) => (await (await fetch(`${api.url}${links.self}`)).json()) as JobView;
const ends = async (job: JobView, status: string) => until(async () => (await look(job)).status === status);

test('an upload is kept outside of the spool, opened for its attempt, and removed with its job', async () => {
  const job = await submit();
  await ends(job, 'solved');
  expect(solver.uploads).toEqual([jpeg()]);
  expect(api.spooled()).toEqual([]);
  await until(() => uploads.kept.size === 0);
});

test('while uploads are away nothing is taken, and nothing is left behind', async () => {
  uploads.isAway = true;
  for (const response of [await post(), await post('/solve'), await fetch(`${api.url}/readyz`)]) {
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.json()).toMatchObject({ code: 'storage_unavailable' });
  }
  expect(api.spooled()).toEqual([]);
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
});

test('a job whose upload cannot be had just now waits for it, and no solver is asked meanwhile', async () => {
  solver.slots = 1;
  solver.script = hold;
  await submit();
  const first = await solver.attempt(1);
  const job = await submit();
  uploads.isAway = true;
  uploads.opened = 0;
  first.end.reject(new AstrogateError('image_unreadable'));
  await until(() => uploads.opened >= 2);
  expect(solver.attempts).toHaveLength(1);
  expect((await look(job)).status).toBe('queued');
  uploads.isAway = false;
  (await solver.attempt(2)).end.reject(new AstrogateError('image_unreadable'));
  await ends(job, 'failed');
});

test('an attempt whose upload breaks off is made again, however often that happens', async () => {
  solver.slots = 1;
  uploads.breaks = maxBroken + 1;
  const job = await submit();
  await ends(job, 'solved');
  expect(solver.uploads).toEqual([jpeg()]);
}, 60_000);

test('a job whose upload is gone fails with a code of its own, and is not tried again', async () => {
  solver.slots = 1;
  solver.script = hold;
  await submit();
  const first = await solver.attempt(1);
  const job = await submit();
  uploads.kept.clear();
  first.end.reject(new AstrogateError('image_unreadable'));
  await ends(job, 'failed');
  expect((await look(job)).failure).toMatchObject({ code: 'upload_lost', retryable: true });
  expect(solver.attempts).toHaveLength(1);
});
