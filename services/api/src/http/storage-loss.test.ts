import { createLogger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeJobStore } from '../../test-support/fake-job-store.js';
import { FakeSolverClient, hold } from '../../test-support/fake-solver-client.js';
import { solvedOutcome } from '../../test-support/outcomes.js';
import { form } from '../../test-support/pictures.js';
import { type RunningApi, runApi, until } from '../../test-support/running-api.js';
import { startApi } from '../service.js';
import type { JobView } from './job-view.js';

let store: FakeJobStore;
let solver: FakeSolverClient;
let api: RunningApi;

beforeEach(async () => {
  store = new FakeJobStore();
  solver = new FakeSolverClient();
  solver.script = hold;
  api = await runApi({}, { solver, store });
});
afterEach(async () => {
  store.isAway = false;
  await api[Symbol.asyncDispose]();
});

const post = (path = '/api/v1/solves') => fetch(`${api.url}${path}`, { method: 'POST', body: form() });
const submit = async () => (await (await post()).json()) as JobView;
const look = async ({ id }: { id: string }) => store.rows.get(id)?.job;

describe('while the database is away', () => {
  test('every question about jobs is 503 with Retry-After, and no upload is left behind for ever', async () => {
    const job = await submit();
    store.isAway = true;
    const questions = [
      post(),
      post('/solve'),
      fetch(`${api.url}${job.links.self}`),
      fetch(`${api.url}${job.links.self}/cancel`, { method: 'POST' }),
      fetch(`${api.url}/readyz`),
    ];
    for (const response of await Promise.all(questions)) {
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await response.json()).toMatchObject({ code: 'storage_unavailable' });
    }
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  });

  test('an attempt goes on, and its end is recorded once the database is back', async () => {
    const job = await submit();
    const held = await solver.attempt(1);
    await until(async () => (await look(job))?.status === 'running');
    store.isAway = true;
    held.options.onProgress({ stage: 'STAGE_SEARCH', detail: 'x', elapsedSeconds: 1 });
    held.end.resolve(solvedOutcome);
    // It has been tried, and was refused.
    await until(() => solver.inFlight === 0);
    expect((await look(job))?.status).toBe('running');
    store.isAway = false;
    await until(async () => (await look(job))?.status === 'solved');
    await until(() => api.spooled().length === 0);
    expect(solver.attempts).toHaveLength(1);
  });

  test('a caller who leaves /solve is not forgotten', async () => {
    const leave = new AbortController();
    const answer = fetch(`${api.url}/solve`, { method: 'POST', body: form(), signal: leave.signal });
    const held = await solver.attempt(1);
    store.isAway = true;
    leave.abort();
    await expect(answer).rejects.toThrow();
    store.isAway = false;
    await until(() => held.options.signal.aborted);
    expect((await look({ id: held.attempt.jobId }))?.status).toBe('cancelled');
  });
});

describe('several apis on one store', () => {
  test('a job that is cancelled at one is stopped at the other, and whoever waits hears of it', async () => {
    await using other = await runApi({}, { solver: new FakeSolverClient(), store: store.other() });
    const waiting = fetch(`${api.url}/api/v1/solves`, {
      method: 'POST',
      body: form(),
      headers: { prefer: 'wait=30' },
    });
    await until(() => store.rows.size === 1);
    const id = [...store.rows.keys()][0] as string;
    await fetch(`${other.url}/api/v1/solves/${id}/cancel`, { method: 'POST' });
    expect(await (await waiting).json()).toMatchObject({ id, status: 'cancelled' });
    await until(() => solver.inFlight === 0);
  });

  test('an attempt that has lost its job records nothing', async () => {
    const job = await submit();
    const held = await solver.attempt(1);
    const row = store.rows.get(job.id);
    if (!row) throw new Error('there is no row');
    row.attempt += 1;
    held.end.resolve(solvedOutcome);
    await until(() => solver.inFlight === 0);
    expect((await look(job))?.status).not.toBe('solved');
  });
});

describe('at shutdown', () => {
  test('what waits stays queued, what runs may finish, and the rest is put back for the next process', async () => {
    solver.slots = 2;
    const [finishes, stopped, waits] = [await submit(), await submit(), await submit()];
    const first = await solver.attempt(1);
    await solver.attempt(2);
    await until(async () => (await look(stopped))?.status === 'running');
    const giveUp = new AbortController();
    const drained = api.service.drain(giveUp.signal);
    first.end.resolve(solvedOutcome);
    await until(async () => (await look(finishes))?.status === 'solved');
    giveUp.abort();
    await drained;
    expect((await look(stopped))?.status).toBe('queued');
    expect((await look(waits))?.status).toBe('queued');
    expect(await store.waiting()).toBe(2);
    // Only the two that are still needed.
    expect(api.spooled()).toHaveLength(2);

    const next = new FakeSolverClient();
    const { testConfig, noAccounts } = await import('../../test-support/running-api.js');
    const config = { ...testConfig, spoolDir: api.spoolDir };
    const parts = { solver: next, store: store.other(), accounts: noAccounts };
    const service = await startApi(config, createLogger('api', 'silent'), parts);
    await until(async () => (await look(waits))?.status === 'solved' && (await look(stopped))?.status === 'solved');
    expect(next.uploads.every(({ length }) => length > 0)).toBe(true);
    await service.drain(AbortSignal.abort());
    await service.close();
  });

  test('/solve hears that the service is shutting down, and its job is cancelled', async () => {
    const answer = post('/solve');
    const held = await solver.attempt(1);
    await api.service.drain(AbortSignal.abort());
    const response = await answer;
    expect([response.status, await response.json()]).toMatchObject([503, { solved: false, code: 'draining' }]);
    await until(async () => (await look({ id: held.attempt.jobId }))?.status === 'cancelled');
  });
});

test('a job that takes every solver with it is tried five times', async () => {
  solver.script = (held) => {
    held.options.onAccepted();
    held.end.reject(new AstrogateError('solver_unavailable'));
  };
  const job = await submit();
  await until(async () => (await look(job))?.status === 'failed');
  expect((await look(job))?.failure).toMatchObject({ code: 'solver_unavailable' });
  expect(solver.attempts).toHaveLength(5);
}, 30_000);
