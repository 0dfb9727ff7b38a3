// Accounts as they are seen over HTTP: sign-in, cookies, one's own jobs, what an answer must not tell.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Accounts, openAccounts } from '../src/accounts/accounts.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { FakeSolverClient } from '../test-support/fake-solver-client.js';
import { form } from '../test-support/pictures.js';
import { type RunningApi, runApi } from '../test-support/running-api.js';

const password = 'violet tractor under seven moons';
let home: TestDatabase;
let accounts: Accounts;
let api: RunningApi;
let admin: string;

beforeAll(async () => {
  home = await (databaseKinds[0] as (typeof databaseKinds)[number]).start();
});
afterAll(() => home.end());
beforeEach(async () => {
  const { db } = await home.open();
  for (const table of ['users', 'bootstrap', 'login_attempts'] as const) await db.deleteFrom(table).execute();
  await db.deleteFrom('signing_keys').execute();
  accounts = await openAccounts({ db, masterKey: randomBytes(32), now: () => new Date() });
  api = await runApi({}, { accounts, solver: new FakeSolverClient() });
  const secret = await accounts.offerBootstrap();
  expect((await send('POST', '/auth/bootstrap', { secret, name: 'Root', password })).status).toBe(201);
  admin = (await signIn('root')).access_token;
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

async function send(method: string, path: string, body?: object, bearer?: string, more: Record<string, string> = {}) {
  const response = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...more,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text === '' ? {} : JSON.parse(text) };
}

async function signIn(name: string): Promise<{ access_token: string; refresh_token: string }> {
  const { status, body } = await send('POST', '/auth/login', { name, password });
  expect(status).toBe(200);
  return body;
}

async function addUser(name: string, role = 'viewer'): Promise<string> {
  const { status, body } = await send('POST', '/users', { name, password, role }, admin);
  expect(status).toBe(201);
  return body.id;
}

async function solve(bearer?: string, more: Record<string, string> = {}): Promise<string> {
  const headers = { ...more, ...(bearer && { authorization: `Bearer ${bearer}` }) };
  const response = await fetch(`${api.url}/api/v1/solves`, { method: 'POST', body: form(), headers });
  expect(response.status).toBe(202);
  return ((await response.json()) as { id: string }).id;
}

describe('signing in', () => {
  test('tells the same of a wrong password and of a name that nobody has', async () => {
    const wrong = await send('POST', '/auth/login', { name: 'root', password: 'wrong' });
    const nobody = await send('POST', '/auth/login', { name: 'nobody', password: 'wrong' });
    const without = ({ body }: typeof wrong) => ({ ...body, request_id: '' });
    expect([wrong.status, nobody.status]).toEqual([401, 401]);
    expect(without(wrong)).toEqual(without(nobody));
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('answers a lock with 429 and whole seconds', async () => {
    for (let tried = 0; tried < 5; tried++) await send('POST', '/auth/login', { name: 'x1', password: 'no' });
    const locked = await send('POST', '/auth/login', { name: 'x1', password: 'no' });
    expect([locked.status, locked.body.code]).toEqual([429, 'account_locked']);
    expect(locked.headers.get('retry-after')).toMatch(/^\d+$/);
  });

  test('five hundred wrong tries with one name, from as many forged addresses, are five', async () => {
    const heard = new Map<number, number>();
    let next = 0;
    const guesser = async () => {
      for (let tried = next++; tried < 500; tried = next++) {
        const from = `198.51.${tried >> 8}.${tried & 255}`;
        const forged = { 'x-forwarded-for': from, 'x-real-ip': from, forwarded: `for=${from}` };
        const { status } = await send(
          'POST',
          '/auth/login',
          { name: 'root', password: `guess ${tried}` },
          undefined,
          forged,
        );
        heard.set(status, (heard.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 20 }, guesser));
    // One more for each lock that has run out meanwhile: 15, 30, 60, 120 s.
    expect(heard.get(401)).toBeLessThan(10);
    expect((heard.get(401) ?? 0) + (heard.get(429) ?? 0)).toBe(500);
  }, 120_000);

  test('repeats no password, whatever is wrong with the request', async () => {
    const secret = 'hunter2hunter2';
    for (const body of [
      { name: 'root', password: { secret } },
      { name: 7, password: secret },
      { name: 'root', password: secret.repeat(100) },
      { name: secret.repeat(10), password: secret },
    ]) {
      const { status, text } = await send('POST', '/auth/login', body);
      expect(status).toBe(400);
      expect(text).not.toContain(secret);
    }
    const urlencoded = await fetch(`${api.url}/api/v1/auth/login`, {
      method: 'POST',
      body: new URLSearchParams({ name: 'root' }),
    });
    expect(urlencoded.status).toBe(400);
  });

  test('with a cookie keeps the refresh token out of the reach of scripts', async () => {
    const { body, headers } = await send('POST', '/auth/login', { name: 'root', password, cookie: true });
    expect(body.refresh_token).toBeUndefined();
    const cookie = headers.get('set-cookie') ?? '';
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/api/v1/auth']) expect(cookie).toContain(part);
    const given = { cookie: cookie.split(';')[0] ?? '' };
    const again = await send('POST', '/auth/refresh', {}, undefined, given);
    expect([again.status, again.body.refresh_token]).toEqual([200, undefined]);
    expect(again.headers.get('set-cookie')).not.toBe(cookie);
    const reuse = await send('POST', '/auth/refresh', {}, undefined, given);
    expect(reuse.status).toBe(401);
    expect((await send('GET', '/auth/me', undefined, again.body.access_token)).status).toBe(401);
  });
});

test('signing out ends all sessions and their refresh tokens', async () => {
  const [one, other] = [await signIn('root'), await signIn('root')];
  expect((await send('POST', '/auth/logout', undefined, one.access_token)).status).toBe(204);
  for (const { access_token, refresh_token } of [one, other]) {
    expect((await send('GET', '/auth/me', undefined, access_token)).status).toBe(401);
    expect((await send('POST', '/auth/refresh', { refresh_token })).status).toBe(401);
  }
});

test('a new password needs the old one, and ends all sessions', async () => {
  const next = 'seven moons over a tractor';
  const wrong = { current: 'wrong', password: next };
  expect((await send('POST', '/auth/password', wrong, admin)).status).toBe(401);
  expect((await send('POST', '/auth/password', { current: password, password: 'weak' }, admin)).body.code).toBe(
    'weak_password',
  );
  expect((await send('POST', '/auth/password', { current: password, password: next }, admin)).status).toBe(204);
  expect((await send('GET', '/auth/me', undefined, admin)).status).toBe(401);
});

test('the last admin stays, and no answer has a hash', async () => {
  const { body } = await send('GET', '/users', undefined, admin);
  expect(body.users).toMatchObject([{ name: 'root', is_superuser: true, has_second_factor: false }]);
  expect(JSON.stringify(body)).not.toContain('$2b$');
  const { id } = body.users[0];
  for (const change of [{ role: 'viewer', is_superuser: false }, { is_disabled: true }])
    expect((await send('PATCH', `/users/${id}`, change, admin)).body.code).toBe('conflict');
  expect((await send('DELETE', `/users/${id}`, undefined, admin)).body.code).toBe('conflict');
});

test('a key is shown once, does what it is for, and shows its last use', async () => {
  const made = await send('POST', '/keys', { name: 'script', scopes: ['read'], days: 1 }, admin);
  expect(made.status).toBe(201);
  expect((await send('GET', '/auth/me', undefined, made.body.key)).body).toMatchObject({
    signed_in_with: 'key',
    scopes: ['read'],
  });
  expect((await send('GET', '/users', undefined, made.body.key)).status).toBe(403);
  const listed = await send('GET', '/keys', undefined, admin);
  expect(listed.body.keys).toMatchObject([{ name: 'script', last_used_at: expect.any(String) }]);
  expect(listed.text).not.toContain(made.body.key);
  await addUser('ada');
  const viewer = (await signIn('ada')).access_token;
  expect((await send('POST', '/keys', { name: 'all', scopes: ['admin'] }, viewer)).status).toBe(403);
  expect((await send('DELETE', `/keys/${made.body.id}`, undefined, viewer)).status).toBe(404);
  expect((await send('DELETE', `/keys/${made.body.id}`, undefined, admin)).status).toBe(204);
  expect((await send('GET', '/auth/me', undefined, made.body.key)).status).toBe(401);
});

describe('jobs', () => {
  test('of an account are there for it and for admins, and for nobody else', async () => {
    await addUser('ada');
    await addUser('bob', 'operator');
    const [ada, bob] = [(await signIn('ada')).access_token, (await signIn('bob')).access_token];
    const id = await solve(ada);
    const anonymousId = await solve(undefined, { 'astrogate-owner': 'o'.repeat(32) });
    const looks = async (bearer?: string) => (await send('GET', `/solves/${id}`, undefined, bearer)).status;
    expect([await looks(ada), await looks(admin), await looks(bob), await looks()]).toEqual([200, 200, 404, 404]);
    for (const path of [`/solves/${id}/events`, `/solves/${id}/files/wcs`])
      expect((await send('GET', path, undefined, bob)).status).toBe(404);
    expect((await send('POST', `/solves/${id}/cancel`, undefined, bob)).status).toBe(404);
    expect((await send('DELETE', `/solves/${id}`, undefined, bob)).status).toBe(404);
    // Without an account the id is the secret, as before.
    expect((await send('GET', `/solves/${anonymousId}`, undefined, bob)).status).toBe(200);
    const ids = async (bearer: string) =>
      (await send('GET', '/solves', undefined, bearer)).body.jobs.map((job: { id: string }) => job.id).sort();
    expect(await ids(ada)).toEqual([id]);
    expect(await ids(bob)).toEqual([]);
    expect(await ids(admin)).toEqual([id, anonymousId].sort());
  });

  test('of an account are not listed by a secret that somebody makes up', async () => {
    const owner = { 'astrogate-owner': 'o'.repeat(32) };
    await solve(admin, owner);
    expect((await send('GET', '/solves', undefined, undefined, owner)).body.jobs).toEqual([]);
  });
});
