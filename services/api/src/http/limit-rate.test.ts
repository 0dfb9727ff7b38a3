// Limits as callers meet them.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeJobStore } from '../../test-support/fake-job-store.js';
import { FakeSolverClient, hold } from '../../test-support/fake-solver-client.js';
import { form, jpeg } from '../../test-support/pictures.js';
import { type RunningApi, runApi } from '../../test-support/running-api.js';
import { createContext } from '../context.js';
import { readTrustedProxies } from '../limits/client-address.js';
import { readQuotas } from '../limits/quotas.js';
import { limitClasses, readRouteLimits } from '../limits/route-limits.js';
import { routeTable } from './routes.js';

const context = createContext({
  config: { jobSeconds: 120, rateLimits: readRouteLimits([]) },
  store: new FakeJobStore(),
  solver: new FakeSolverClient(),
} as unknown as Parameters<typeof createContext>[0]);
const routes = routeTable(context).map(([method, path, , limits]) => [method, path, limits] as const);

describe('an api with tight limits', () => {
  let api: RunningApi;
  let store: FakeJobStore;
  beforeEach(async () => {
    store = new FakeJobStore();
    const rateLimits = readRouteLimits(limitClasses.map((name) => `${name}=3/3/3600`));
    const trustedProxies = readTrustedProxies(['127.0.0.1']);
    const quotas = readQuotas(['anonymous=2/1000000']);
    const solver = new FakeSolverClient();
    solver.script = hold;
    api = await runApi({ rateLimits, trustedProxies, quotas }, { solver, store });
  });
  afterEach(async () => {
    await api[Symbol.asyncDispose]();
  });

  const ask = (path: string, method = 'GET', client = '203.0.113.9') =>
    fetch(`${api.url}${path.replace(/:\w+/, 'x')}`, { method, headers: { 'x-forwarded-for': client } });

  test.each(routes)(
    'refuses the fourth %s %s of one address with 429 and a Retry-After in seconds',
    async (method, path, limits) => {
      const statuses = [];
      for (let i = 0; i < 3; i++) {
        const { status, headers, body } = await ask(path, method.toUpperCase());
        await body?.cancel();
        statuses.push(status);
        const name = `${limits}-address`;
        expect(headers.get('ratelimit-policy')).toBe(`"${name}";q=3;w=3600`);
        expect(headers.get('ratelimit')).toMatch(new RegExp(`^"${name}";r=${2 - i};t=\\d+$`));
      }
      expect(statuses).not.toContain(429);
      const refused = await ask(path, method.toUpperCase());
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(1200);
      expect(refused.headers.get('ratelimit')).toContain(';r=0;');
      expect(await refused.json()).toMatchObject({ code: 'rate_limited' });
      const another = await ask(path, method.toUpperCase(), '203.0.113.10');
      await another.body?.cancel();
      expect(another.status).not.toBe(429);
    },
  );

  test.each([
    ['a path that is not there', '/nothing', 'GET', 404],
    ['a method that is not allowed', '/health', 'PUT', 405],
  ])('limits %s as well', async (_what, path, method, status) => {
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await ask(path, method)).status);
    expect(statuses).toEqual([status, status, status, 429]);
  });

  test('counts neighbours in one /64 as one, and does not believe what stands left of the proxy', async () => {
    const statuses = [];
    for (let i = 0; i < 4; i++)
      statuses.push((await ask('/api/v1/capacity', 'GET', `198.51.100.${i}, 2001:db8:1:2::${i}`)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  test('tells the audit log who was refused what, and where', async () => {
    for (let i = 0; i < 5; i++) await ask('/api/v1/solves', 'GET');
    const rows = store.audit.rows.map(({ act, actor, address, target, result, detail }) => [
      ...[act, actor, address, target, result],
      detail.code,
    ]);
    const row = (code: string) => [
      'request.refused',
      'anonymous',
      '203.0.113.9',
      'GET /api/v1/solves',
      'refused',
      code,
    ];
    expect(rows).toEqual([...Array(3).fill(row('unauthenticated')), ...Array(2).fill(row('rate_limited'))]);
  });

  test('refuses jobs beyond the quota of the day, and another caller has his own', async () => {
    const post = (client: string) =>
      fetch(`${api.url}/api/v1/solves`, { method: 'POST', body: form(jpeg()), headers: { 'x-forwarded-for': client } });
    expect([(await post('203.0.113.1')).status, (await post('203.0.113.1')).status]).toEqual([202, 202]);
    const refused = await post('203.0.113.1');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(await refused.json()).toMatchObject({ code: 'quota_exceeded', retryable: true });
    expect((await post('203.0.113.2')).status).toBe(202);
  });

  test('a cancelled and a deleted job stand in the audit log, once each', async () => {
    const made = await fetch(`${api.url}/api/v1/solves`, { method: 'POST', body: form(jpeg()) });
    const { id } = (await made.json()) as { id: string };
    const cancel = await fetch(`${api.url}/api/v1/solves/${id}/cancel`, { method: 'POST' });
    await fetch(`${api.url}/api/v1/solves/${id}/cancel`, { method: 'POST' });
    await fetch(`${api.url}/api/v1/solves/${id}`, { method: 'DELETE' });
    expect(store.audit.rows.map(({ act, target, result }) => [act, target, result])).toEqual([
      ['job.cancel', `job:${id}`, 'done'],
      ['job.delete', `job:${id}`, 'done'],
    ]);
    expect(store.audit.rows[0]?.request_id).toBe(cancel.headers.get('x-request-id'));
  });
});

test('without the database each process limits by itself, and is alive', async () => {
  const store = new FakeJobStore();
  const rateLimits = readRouteLimits(['read=3/3/3600']);
  await using api = await runApi({ rateLimits }, { solver: new FakeSolverClient(), store });
  store.isAway = true;
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await fetch(`${api.url}/api/v1/indexes`)).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
});
