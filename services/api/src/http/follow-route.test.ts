import { AstrogateError } from '@astrogate/proto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventClient } from '../../test-support/event-client.js';
import { FakeJobStore } from '../../test-support/fake-job-store.js';
import { FakeSolverClient, hold } from '../../test-support/fake-solver-client.js';
import { failedOutcome, solvedOutcome } from '../../test-support/outcomes.js';
import { form } from '../../test-support/pictures.js';
import { type RunningApi, runApi, until } from '../../test-support/running-api.js';
import { eventData } from './job-event.js';
import type { JobView } from './job-view.js';

let solver: FakeSolverClient;
let store: FakeJobStore;
let api: RunningApi;

beforeEach(async () => {
  solver = new FakeSolverClient();
  solver.script = hold;
  store = new FakeJobStore();
  api = await runApi({ corsOrigins: ['https://sky.example'] }, { solver, store });
});
afterEach(async () => {
  store.isAway = false;
  await api[Symbol.asyncDispose]();
});

async function submit({ url } = api): Promise<{ path: string }> {
  const response = await fetch(`${url}/api/v1/solves`, { method: 'POST', body: form() });
  const job = (await response.json()) as JobView;
  return { path: `${url}/api/v1/solves/${job.id}/events` };
}

test('the data of every event are as the document says', async () => {
  const { path } = await submit();
  const held = await solver.attempt(1);
  held.options.onProgress({ stage: 'STAGE_EXTRACT', detail: 'plain', elapsedSeconds: 0.25 });
  const client = await EventClient.open(path);
  const events = [];
  for (let event = await client.next(); event; event = await client.next()) {
    events.push(event);
    if (event.type === 'progress') held.end.resolve(failedOutcome('image_unreadable'));
  }
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['status', 'progress', 'ended']));
  for (const { type, data } of events)
    expect(eventData[type as keyof typeof eventData].strict().parse(data)).toEqual(data);
  expect(events.at(-1)?.data).toMatchObject({ status: 'failed', failure: { code: 'image_unreadable' } });
});

test('a page of another origin may read the stream when it is allowed to', async () => {
  const { path } = await submit();
  const headers = {
    origin: 'https://sky.example',
    'access-control-request-headers': 'idempotency-key,astrogate-owner',
  };
  const stop = new AbortController();
  const response = await fetch(path, { headers, signal: stop.signal });
  expect(response.headers.get('access-control-allow-origin')).toBe('https://sky.example');
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
  stop.abort();
  const preflight = await fetch(path, {
    method: 'OPTIONS',
    headers: { ...headers, 'access-control-request-method': 'POST' },
  });
  expect(preflight.headers.get('access-control-allow-headers')).toContain('Idempotency-Key,Astrogate-Owner');
});

describe('no stream', () => {
  test('for HEAD, which tells the type and ends', async () => {
    const { path } = await submit();
    const response = await fetch(path, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  });

  test.each([
    ['another method', 'POST', '', {}, 405, 'method_not_allowed'],
    ['a job that is not there', 'GET', 'x', {}, 404, 'not_found'],
    ['no id', 'GET', '%2e', {}, 404, 'not_found'],
    ['a client that wants JSON', 'GET', '', { accept: 'application/json' }, 406, 'not_acceptable'],
  ])('for %s', async (_, method, id, headers, status, code) => {
    const { path } = await submit();
    const url = id === '' ? path : path.replace(/solves\/[^/]+/, `solves/${id}`);
    const response = await fetch(url, { method, headers: headers as Record<string, string> });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
  });

  test('while the database is away', async () => {
    const { path } = await submit();
    store.isAway = true;
    const response = await fetch(path);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  });

  test('for the fifty-first of one caller at once; each that ends makes room', async () => {
    const { path } = await submit();
    const held = await solver.attempt(1);
    const clients = await Promise.all(Array.from({ length: 50 }, () => EventClient.open(path)));
    const refused = await fetch(path);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    expect(await refused.json()).toMatchObject({ code: 'too_many_streams', retryable: true });
    clients[0]?.cut();
    await until(async () => {
      const client = await EventClient.open(path).catch(() => undefined);
      client?.cut();
      return client !== undefined;
    });
    held.end.resolve(solvedOutcome);
    const ends = await Promise.all(clients.slice(1).map((client) => client.rest()));
    expect(ends.every((events) => events.at(-1)?.type === 'ended')).toBe(true);
    expect((await (await EventClient.open(path)).rest()).at(-1)?.type).toBe('ended');
  });
});

test('a stream outlives a database that is away', async () => {
  const { path } = await submit();
  const held = await solver.attempt(1);
  const client = await EventClient.open(path);
  await until(async () => (await client.next())?.data.status === 'running');
  store.isAway = true;
  held.end.resolve(solvedOutcome);
  await until(() => solver.inFlight === 0);
  store.isAway = false;
  expect((await client.rest()).at(-1)?.data).toMatchObject({ status: 'solved' });
});

test('a lost attempt is told, and so is the next one', async () => {
  solver.script = (held, nth) => {
    held.options.onAccepted();
    if (nth === 1) held.end.reject(new AstrogateError('solver_unavailable'));
    else held.end.resolve(solvedOutcome);
  };
  const { path } = await submit();
  const events = await (await EventClient.open(path)).rest();
  expect(events.map(({ data }) => [data.status, data.attempt])).toEqual([
    ['queued', 0],
    ['queued', 1],
    ['running', 1],
    ['queued', 1],
    ['queued', 2],
    ['running', 2],
    ['solved', undefined],
  ]);
});

test('at the end of the service streams end whole, after the jobs that could still end', async () => {
  solver.slots = 1;
  await using small = await runApi({}, { solver });
  const running = await submit(small);
  const held = await solver.attempt(1);
  const waiting = await submit(small);
  const [ends, stays] = [await EventClient.open(running.path), await EventClient.open(waiting.path)];
  const drained = small.service.drain(new AbortController().signal);
  held.end.resolve(solvedOutcome);
  expect((await ends.rest()).at(-1)?.type).toBe('ended');
  await drained;
  const closed = small.service.close();
  expect((await stays.rest()).every(({ type }) => type === 'status')).toBe(true);
  await closed;
});
