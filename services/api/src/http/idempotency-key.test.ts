import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeJobStore } from '../../test-support/fake-job-store.js';
import { FakeSolverClient, hold } from '../../test-support/fake-solver-client.js';
import { form, jpeg } from '../../test-support/pictures.js';
import { type RunningApi, runApi } from '../../test-support/running-api.js';
import { toOnce } from './idempotency-key.js';
import type { JobView } from './job-view.js';
import type { Problem } from './problem.js';

let solver: FakeSolverClient;
let store: FakeJobStore;
let api: RunningApi;

beforeEach(async () => {
  solver = new FakeSolverClient();
  store = new FakeJobStore();
  api = await runApi({ queueLimit: 1 }, { solver, store });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

interface Sent {
  key?: string;
  fields?: Record<string, string>;
  picture?: Buffer;
  name?: string;
  headers?: Record<string, string>;
}

async function send({ key = 'k1', fields = {}, picture = jpeg(), name, headers = {} }: Sent = {}) {
  const body = form(picture, fields, name);
  const init = { method: 'POST', body, headers: { 'idempotency-key': key, ...headers } };
  const response = await fetch(`${api.url}/api/v1/solves`, init);
  const answer = (await response.json()) as JobView & Omit<Problem, 'status'>;
  return { status: response.status, replayed: response.headers.get('idempotency-replayed'), answer, response };
}

test('the same request again is answered with the same job, and leaves no second upload', async () => {
  solver.script = hold;
  const first = await send({ fields: { scale_low: '1' } });
  expect([first.status, first.replayed]).toEqual([202, null]);
  await solver.attempt(1);
  const again = await send({ fields: { scale_low: '1.0' }, name: 'other.jpg' });
  expect([again.status, again.replayed, again.answer.id]).toEqual([202, 'true', first.answer.id]);
  expect(again.response.headers.get('location')).toBe(`/api/v1/solves/${first.answer.id}`);
  expect(api.spooled()).toHaveLength(1);
  expect(solver.attempts).toHaveLength(1);
});

test('after its end it is 200, also with Prefer: wait', async () => {
  const first = await send({ headers: { prefer: 'wait=30' } });
  const again = await send({ headers: { prefer: 'wait=30' } });
  expect([again.status, again.answer.id, again.answer.status]).toEqual([200, first.answer.id, 'solved']);
});

test('whoever left before the answer asks again and hears of the job', async () => {
  solver.script = hold;
  const leave = new AbortController();
  const headers = { 'idempotency-key': 'k1', prefer: 'wait=30' };
  const unheard = fetch(`${api.url}/api/v1/solves`, { method: 'POST', body: form(), headers, signal: leave.signal });
  const held = await solver.attempt(1);
  leave.abort();
  await expect(unheard).rejects.toThrow();
  const again = await send();
  expect([again.replayed, again.answer.id]).toEqual(['true', held.attempt.jobId]);
  expect(solver.attempts).toHaveLength(1);
});

test.each([
  ['another picture', { picture: jpeg(1001) }],
  ['another field', { fields: { scale_low: '2' } }],
  ['one more field', { fields: { scale_low: '1', scale_high: '2' } }],
])('with %s it is 422, and nothing is made', async (_, other) => {
  await send({ fields: { scale_low: '1' }, headers: { prefer: 'wait=30' } });
  const { status, answer } = await send({ fields: { scale_low: '1' }, ...other });
  expect([status, answer.code]).toEqual([422, 'idempotency_mismatch']);
  expect(solver.attempts).toHaveLength(1);
  expect(api.spooled()).toEqual([]);
});

test('a full queue does not keep somebody from hearing of a job that was made', async () => {
  solver.script = hold;
  solver.slots = 1;
  await send({ key: 'runs' });
  await solver.attempt(1);
  const waits = await send({ key: 'waits' });
  expect((await send({ key: 'new' })).answer.code).toBe('busy');
  expect((await send({ key: 'waits' })).answer.id).toBe(waits.answer.id);
});

test('keys of different owners have nothing to do with each other', async () => {
  const owner = (letter: string) => ({ headers: { 'astrogate-owner': letter.repeat(32), prefer: 'wait=30' } });
  const [a, b, nobody] = [await send(owner('a')), await send(owner('b')), await send()];
  expect(new Set([a, b, nobody].map(({ answer }) => answer.id)).size).toBe(3);
});

test('a request that was refused uses no key up', async () => {
  expect((await send({ fields: { ra: 'x' } })).status).toBe(400);
  expect((await send({ headers: { prefer: 'wait=30' } })).status).toBe(200);
});

test.each(['', 'x'.repeat(256), 'schlüssel'])('a key %j is refused', async (key) => {
  const { status, answer } = await send({ key });
  expect([status, answer.code, answer.errors?.[0]?.field]).toEqual([400, 'invalid_request', 'Idempotency-Key']);
});

test.each(['x'.repeat(255), '"8e03978e-40d5-43dd-bc93-6894a57f9324"', '~ !'])('a key %j is taken', async (key) => {
  expect((await send({ key })).status).toBeLessThan(300);
});

describe('what was asked for', () => {
  const key = { scope: 's', key: 'k' };
  const hash = (fields: object, sha256 = 'x') => toOnce(key, fields, sha256).requestHash;

  test('is the same in any order, and with a field that is not given', () => {
    expect(hash({ a: 1, b: 2, c: undefined })).toBe(hash({ b: 2, a: 1 }));
  });

  test('differs with name, value and picture', () => {
    const hashes = [hash({ a: 1 }), hash({ a: '1' }), hash({ b: 1 }), hash({}), hash({ a: 1 }, 'y')];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
