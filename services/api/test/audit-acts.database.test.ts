// Every act that the audit log can tell of, caused over HTTP: one row, and who, from where, on what, with which result,
// by which request stands in it. An act without a row in the table here fails.
import { createLogger, verifyAudit } from '@astrogate/common';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { auditActs } from '../src/audit/acts.js';
import { auditLog } from '../src/audit/audit-log.js';
import { readTrustedProxies } from '../src/limits/client-address.js';
import { newId } from '../src/new-id.js';
import { isOfAdminJobs } from '../test-support/admin-acts.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { hold } from '../test-support/fake-solver-client.js';
import {
  type Answer,
  type Asking,
  addPerson,
  ask,
  beginFor,
  newName,
  otherPassword,
  type Person,
  password,
  plantBootstrap,
  startReplica,
} from '../test-support/people.js';
import { form } from '../test-support/pictures.js';

/** What a row must say; the address and the request are the same for all. */
interface Told {
  readonly answer: Answer;
  readonly status: number;
  readonly actor: string;
  readonly target: string;
  readonly result: 'done' | 'refused';
  readonly detail?: Record<string, unknown>;
  /** A refusal that is told of besides, as one of the request. */
  readonly beside?: readonly string[];
}

let home: TestDatabase;
let api: Awaited<ReturnType<typeof startReplica>>;
let root: Person;
let rootToken: string;
/** Refusals are told of within bounds, by address: each test has one of its own. */
let address: string;
let addresses = 0;

beforeAll(async () => {
  home = await (databaseKinds[0] as (typeof databaseKinds)[number]).start();
  const config = { trustedProxies: readTrustedProxies(['127.0.0.0/8']), logLevel: 'error' as const };
  api = await startReplica(home, { config, log: createLogger('api', 'error') });
  root = await addPerson(api.database.db, 'admin', { isSuperuser: true });
  rootToken = (await beginFor(api, root)).access;
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await home?.end();
});

beforeEach(() => {
  addresses += 1;
  address = `203.0.113.${addresses}`;
});

const rowsOf = async (requestId: string) =>
  (await auditLog(api.database).rowsAfter(0, 10_000)).filter(({ request_id }) => request_id === requestId);

const send = (method: string, path: string, asking: Asking = {}) =>
  ask(api, method, path, { ...asking, headers: { ...asking.headers, 'x-forwarded-for': address } });

/** A new account that has signed in. */
async function person(role: 'viewer' | 'admin' = 'viewer') {
  const who = await addPerson(api.database.db, role);
  return { ...who, actor: `user:${who.id}`, ...(await beginFor(api, who)) };
}

const rootActor = () => `user:${root.id}`;
const codeOf = (secret: string) => new TOTP({ secret: Secret.fromBase32(secret) }).generate();
const sessionIn = ({ body }: Answer): string =>
  JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString()).sid;

async function job(bearer: string): Promise<string> {
  api.solver.script = hold;
  const headers = { authorization: `Bearer ${bearer}` };
  const response = await fetch(`${api.url}/api/v1/solves`, { method: 'POST', body: form(), headers });
  return ((await response.json()) as { id: string }).id;
}

const login = (name: string, secret: string) => send('POST', '/auth/login', { json: { name, password: secret } });

/** The table: how each act comes about, and what its row must say. */
const causes: Record<string, () => Promise<Told>> = {
  async 'audit.export'() {
    const answer = await send('GET', '/audit/export', { bearer: rootToken });
    return { answer, status: 200, actor: rootActor(), target: 'audit', result: 'done' };
  },
  async bootstrap() {
    const secret = await plantBootstrap(api.database.db);
    const name = newName('first');
    const answer = await send('POST', '/auth/bootstrap', { json: { secret, name, password } });
    const target = `user:${answer.body.id}`;
    return { answer, status: 201, actor: 'anonymous', target, result: 'done', detail: { name } };
  },
  async 'factor.add'() {
    const { id, access: bearer, actor } = await person();
    const proposed = await send('POST', '/auth/second-factor', { json: { password }, bearer });
    const json = { code: codeOf(proposed.body.secret) };
    const answer = await send('POST', '/auth/second-factor/confirm', { json, bearer });
    return { answer, status: 200, actor, target: `user:${id}`, result: 'done' };
  },
  async 'factor.remove'() {
    const { id, access: bearer, actor } = await person();
    const proposed = await send('POST', '/auth/second-factor', { json: { password }, bearer });
    const confirming = { json: { code: codeOf(proposed.body.secret) }, bearer };
    const { recovery_codes: codes } = (await send('POST', '/auth/second-factor/confirm', confirming)).body;
    const json = { password, code: codes[0] };
    const answer = await send('POST', '/auth/second-factor/remove', { json, bearer });
    return { answer, status: 204, actor, target: `user:${id}`, result: 'done' };
  },
  async 'job.cancel'() {
    const { access: bearer, actor } = await person();
    const id = await job(bearer);
    const answer = await send('POST', `/solves/${id}/cancel`, { bearer });
    return { answer, status: 200, actor, target: `job:${id}`, result: 'done' };
  },
  async 'job.delete'() {
    const { access: bearer, actor } = await person();
    const id = await job(bearer);
    await send('POST', `/solves/${id}/cancel`, { bearer });
    const answer = await send('DELETE', `/solves/${id}`, { bearer });
    const detail = { status: 'cancelled' };
    return { answer, status: 204, actor, target: `job:${id}`, result: 'done', detail };
  },
  async 'key.create'() {
    const { access: bearer, actor } = await person();
    const answer = await send('POST', '/keys', { json: { name: 'night', scopes: ['read'], days: 3 }, bearer });
    const detail = { name: 'night', scopes: 'read', days: 3 };
    return { answer, status: 201, actor, target: `key:${answer.body.id}`, result: 'done', detail };
  },
  async 'key.remove'() {
    const { access: bearer, actor } = await person();
    const { id } = (await send('POST', '/keys', { json: { name: 'night' }, bearer })).body;
    const answer = await send('DELETE', `/keys/${id}`, { bearer });
    return { answer, status: 204, actor, target: `key:${id}`, result: 'done' };
  },
  async 'request.refused'() {
    const { access: bearer, actor } = await person();
    const answer = await send('GET', '/users', { bearer });
    const detail = { code: 'forbidden' };
    return { answer, status: 403, actor, target: 'GET /api/v1/users', result: 'refused', detail };
  },
  async 'session.begin'() {
    const { name, actor } = await person();
    const answer = await login(name, password);
    return { answer, status: 200, actor, target: `session:${sessionIn(answer)}`, result: 'done' };
  },
  async 'session.end'() {
    const { id, access: bearer, actor } = await person();
    const answer = await send('POST', '/auth/logout', { bearer });
    return { answer, status: 204, actor, target: `user:${id}`, result: 'done' };
  },
  async 'session.reuse'() {
    const { refresh: refresh_token, sessionId, actor } = await person();
    await send('POST', '/auth/refresh', { json: { refresh_token } });
    const answer = await send('POST', '/auth/refresh', { json: { refresh_token } });
    const beside = ['request.refused'];
    return { answer, status: 401, actor, target: `session:${sessionId}`, result: 'refused', beside };
  },
  async 'user.change'() {
    const { id } = await person();
    const answer = await send('PATCH', `/users/${id}`, { json: { role: 'operator' }, bearer: rootToken });
    const detail = { role: 'operator' };
    return { answer, status: 200, actor: rootActor(), target: `user:${id}`, result: 'done', detail };
  },
  async 'user.create'() {
    const json = { name: newName('new'), password, role: 'operator' };
    const answer = await send('POST', '/users', { json, bearer: rootToken });
    const detail = { name: json.name, role: 'operator', superuser: false };
    return { answer, status: 201, actor: rootActor(), target: `user:${answer.body.id}`, result: 'done', detail };
  },
  async 'user.password'() {
    const { id, access: bearer, actor } = await person();
    const json = { current: password, password: otherPassword };
    const answer = await send('POST', '/auth/password', { json, bearer });
    return { answer, status: 204, actor, target: `user:${id}`, result: 'done' };
  },
  async 'user.remove'() {
    const { id } = await person();
    const answer = await send('DELETE', `/users/${id}`, { bearer: rootToken });
    return { answer, status: 204, actor: rootActor(), target: `user:${id}`, result: 'done' };
  },
};

test('every act has a row in the table, here or in audit-admin-acts, and every row an act', () => {
  expect(Object.keys(causes).sort()).toEqual(auditActs.filter((act) => !isOfAdminJobs(act)).sort());
});

async function expectTold(act: string, { answer, status, actor, target, result, detail, beside = [] }: Told) {
  expect(answer.status).toBe(status);
  const requestId = answer.headers.get('x-request-id') ?? '';
  expect(requestId).not.toBe('');
  const rows = await rowsOf(requestId);
  expect(rows.filter((row) => !beside.includes(row.act)).map((row) => row.act)).toEqual([act]);
  const row = rows.find((each) => each.act === act);
  expect(row).toMatchObject({ actor, address, target, result });
  expect(row?.detail).toEqual(detail ?? {});
}

test.each(Object.keys(causes))('%s', async (act) => {
  await expectTold(act, await (causes[act] as () => Promise<Told>)());
});

const code = 'forbidden';
const refusals: Record<string, [act: string, cause: () => Promise<Told>]> = {
  'a wrong password': [
    'session.begin',
    async () => {
      const { id, name } = await person();
      const answer = await login(name, 'wrong');
      return { answer, status: 401, actor: 'anonymous', target: `user:${id}`, result: 'refused' };
    },
  ],
  'a name that nobody has': [
    'session.begin',
    async () => {
      const answer = await login(newName('nobody'), 'wrong');
      return { answer, status: 401, actor: 'anonymous', target: 'user', result: 'refused' };
    },
  ],
  'an ordinary admin who changes a superuser': [
    'user.change',
    async () => {
      const { access: bearer, actor } = await person('admin');
      const answer = await send('PATCH', `/users/${root.id}`, { json: { role: 'viewer' }, bearer });
      const told = { actor, target: `user:${root.id}`, result: 'refused', detail: { role: 'viewer', code } } as const;
      return { answer, status: 403, ...told };
    },
  ],
  'an ordinary admin who removes a superuser': [
    'user.remove',
    async () => {
      const { access: bearer, actor } = await person('admin');
      const answer = await send('DELETE', `/users/${root.id}`, { bearer });
      const told = { actor, target: `user:${root.id}`, result: 'refused', detail: { code } } as const;
      return { answer, status: 403, ...told };
    },
  ],
  'an ordinary admin who makes a superuser': [
    'user.create',
    async () => {
      const { access: bearer, actor } = await person('admin');
      const json = { name: newName('new'), password, role: 'admin', is_superuser: true };
      const answer = await send('POST', '/users', { json, bearer });
      const detail = { name: json.name, role: 'admin', superuser: true, code };
      const told = { actor, target: 'user', result: 'refused', detail } as const;
      return { answer, status: 403, ...told };
    },
  ],
  'a token that is none': [
    'request.refused',
    async () => {
      const answer = await send('GET', '/users', { bearer: 'nothing' });
      const told = { actor: 'anonymous', target: 'GET /api/v1/users', detail: { code: 'unauthenticated' } } as const;
      return { answer, status: 401, ...told, result: 'refused' };
    },
  ],
};

test.each(Object.keys(refusals))('refused: %s', async (what) => {
  const [act, cause] = refusals[what] as (typeof refusals)[string];
  const told = await cause();
  const [row] = (await rowsOf(told.answer.headers.get('x-request-id') ?? '')).filter((each) => each.act === act);
  // How a sign-in went wrong is said in words that may change; that it says so is enough.
  await expectTold(act, { ...told, detail: told.detail ?? { ...row?.detail } });
});

test('deleting a job that runs is told of as both: it was cancelled, and deleted', async () => {
  const { access: bearer } = await person();
  const id = await job(bearer);
  const { headers } = await send('DELETE', `/solves/${id}`, { bearer });
  const rows = await rowsOf(headers.get('x-request-id') ?? '');
  expect(rows.map(({ act, target }) => `${act} ${target}`)).toEqual([`job.cancel job:${id}`, `job.delete job:${id}`]);
});

test('what was not done is not told of: a job that has ended, a key and a user that are not there', async () => {
  const { access: bearer } = await person();
  const id = await job(bearer);
  await send('POST', `/solves/${id}/cancel`, { bearer });
  const idle = [
    await send('POST', `/solves/${id}/cancel`, { bearer }),
    await send('DELETE', `/keys/${newId()}`, { bearer }),
    await send('DELETE', `/users/${newId()}`, { bearer: rootToken }),
  ];
  expect(idle.map(({ status }) => status)).toEqual([200, 404, 404]);
  for (const { headers } of idle) expect(await rowsOf(headers.get('x-request-id') ?? '')).toEqual([]);
});

test('of wrong sign-ins, however many, a few are told of, and how many were not', async () => {
  const tries = await Promise.all(Array.from({ length: 25 }, () => addPerson(api.database.db, 'viewer')));
  const rows = [];
  for (const { name } of tries) {
    const { status, headers } = await login(name, 'wrong');
    expect(status).toBe(401);
    rows.push(...(await rowsOf(headers.get('x-request-id') ?? '')));
  }
  // Ten at once, then one a minute.
  expect(rows.length).toBeGreaterThanOrEqual(10);
  expect(rows.length).toBeLessThan(15);
  expect(rows.every(({ act, result }) => act === 'session.begin' && result === 'refused')).toBe(true);
  // The next one, of somebody else, says how many there were.
  address = '203.0.113.250';
  const { headers } = await login(newName('nobody'), 'wrong');
  const [next] = await rowsOf(headers.get('x-request-id') ?? '');
  const untold = rows.reduce((sum, { detail }) => sum + Number(detail.untold_before ?? 0), 0);
  expect(untold + Number(next?.detail.untold_before)).toBe(tries.length - rows.length);
});

test('no row has a secret, and all of them are one chain', async () => {
  const rows = await auditLog(api.database).rowsAfter(0, 10_000);
  expect(rows.length).toBeGreaterThan(Object.keys(causes).length);
  expect(JSON.stringify(rows)).not.toMatch(/violet tractor|quiet tractor|agr_|agb_|ag_[0-9a-f]{12}_|\$2b\$/);
  expect((await verifyAudit(rows)).findings).toEqual([]);
});
