import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeSolverClient, hold } from '../../test-support/fake-solver-client.js';
import { form } from '../../test-support/pictures.js';
import { type RunningApi, runApi } from '../../test-support/running-api.js';
import type { JobView } from './job-view.js';
import { listAnswer } from './list-route.js';
import type { Problem } from './problem.js';

const owner = { 'astrogate-owner': 'mine'.repeat(8) };
let solver: FakeSolverClient;
let api: RunningApi;

beforeEach(async () => {
  solver = new FakeSolverClient();
  // Jobs of one millisecond have no order that a test could know.
  let moments = Date.now();
  api = await runApi({}, { solver, now: () => new Date(moments++) });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

const make = async (headers: Record<string, string> = owner, wait = 'wait=30') => {
  const init = { method: 'POST', body: form(), headers: { ...headers, prefer: wait } };
  return (await (await fetch(`${api.url}/api/v1/solves`, init)).json()) as JobView;
};
const list = async (query = '', headers: Record<string, string> = owner) => {
  const response = await fetch(`${api.url}/api/v1/solves${query}`, { headers });
  const body = (await response.json()) as { jobs: JobView[]; next: string | null } & Problem;
  return { response, body, ids: body.jobs?.map(({ id }) => id) };
};

test('shows the jobs of one owner as the document says', async () => {
  const solved = await make();
  solver.script = hold;
  const queued = await make(owner, 'wait=0');
  const { response, body } = await list();
  expect(response.status).toBe(200);
  expect([response.headers.get('cache-control'), response.headers.get('vary')]).toEqual([
    'no-store',
    'Astrogate-Owner',
  ]);
  expect(listAnswer.strict().parse(body)).toEqual(body);
  expect(body.jobs.map(({ id }) => id)).toEqual([queued.id, solved.id]);
  expect(body.jobs[1]).toMatchObject({ status: 'solved', calibration: { ra: 84.576 }, upload: { name: 'sky.jpg' } });
  expect(body.next).toBeNull();
});

describe('nobody sees jobs of others', () => {
  test('with another secret, or made without one', async () => {
    await make({ 'astrogate-owner': 'their'.repeat(8) });
    await make({});
    expect((await list()).ids).toEqual([]);
  });

  test('and without a secret nobody sees any', async () => {
    await make({});
    const { response, body } = await list('', {});
    expect([response.status, body.code]).toEqual([401, 'unauthenticated']);
  });

  test('a secret that could be guessed is refused, also for new jobs', async () => {
    const weak = { 'astrogate-owner': 'me' };
    expect((await list('', weak)).body).toMatchObject({ code: 'invalid_request', errors: [{ value: '(not shown)' }] });
    expect(await make(weak)).toMatchObject({ code: 'invalid_request' });
    expect(solver.attempts).toEqual([]);
    expect(api.spooled()).toEqual([]);
  });
});

test('pages follow each other by the cursor and by the Link header, with the same filters', async () => {
  const made: string[] = [];
  for (let i = 0; i < 5; i++) made.unshift((await make()).id);
  const first = await list('?limit=2&status=solved,failed');
  expect(first.ids).toEqual(made.slice(0, 2));
  const link = /^<([^>]+)>; rel="next"$/.exec(first.response.headers.get('link') ?? '')?.[1] ?? '';
  expect(new URLSearchParams(link.split('?')[1]).get('status')).toBe('solved,failed');
  const second = await list(link.slice('/api/v1/solves'.length));
  expect(second.ids).toEqual(made.slice(2, 4));
  const third = await list(`?limit=2&cursor=${second.body.next}`);
  expect([third.ids, third.body.next, third.response.headers.get('link')]).toEqual([made.slice(4), null, null]);
});

test('filters by status and time', async () => {
  const { created_at } = await make();
  expect((await list('?status=solved')).ids).toHaveLength(1);
  expect((await list('?status=queued,failed')).ids).toEqual([]);
  expect((await list(`?created_before=${created_at}`)).ids).toEqual([]);
  expect((await list('?created_after=2020-01-01T00:00:00Z')).ids).toHaveLength(1);
});

test.each([
  ['?status=done', 'status', 'one or several of queued, running'],
  ['?status=', 'status', 'one or several of queued'],
  ['?status=solved&status=failed', 'status', 'given once'],
  ['?limit=0', 'limit', 'a whole number from 1 to 100'],
  ['?limit=101', 'limit', 'a whole number from 1 to 100'],
  ['?limit=1e1', 'limit', 'a whole number from 1 to 100'],
  ['?created_after=yesterday', 'created_after', 'a moment such as'],
  ['?created_before=2026-01-01', 'created_before', 'a moment such as'],
  ['?cursor=abc', 'cursor', 'as it was given'],
  [`?cursor=${'a'.repeat(5000)}`, 'cursor', 'as it was given'],
  ['?page=2', 'page', 'one of status, created_after, created_before, limit, cursor'],
  ['?__proto__=2', '__proto__', 'one of status'],
])('%s is refused', async (query, field, allowed) => {
  const { response, body } = await list(query);
  expect([response.status, body.code, body.errors?.[0]?.field]).toEqual([400, 'invalid_request', field]);
  expect(body.errors?.[0]?.allowed).toContain(allowed);
});
