// The superuser flag over HTTP: what an ordinary admin tries on a superuser leaves no trace but in the audit log.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import {
  addPerson,
  ask,
  beginFor,
  newName,
  otherPassword,
  type Person,
  password,
  signIn,
  startReplica,
} from '../test-support/people.js';

let home: TestDatabase;
let api: Awaited<ReturnType<typeof startReplica>>;
let first: Person;
let firstToken: string;
let root: Person;
let rootToken: string;
let admin: Person;
let bearer: string;

beforeAll(async () => {
  home = await (databaseKinds[0] as (typeof databaseKinds)[number]).start();
  api = await startReplica(home);
  first = await addPerson(api.database.db, 'admin', { isSuperuser: true });
  firstToken = (await beginFor(api, first)).access;
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await home?.end();
});
beforeEach(async () => {
  root = await addPerson(api.database.db, 'admin', { isSuperuser: true });
  rootToken = (await beginFor(api, root)).access;
  admin = await addPerson(api.database.db, 'admin');
  bearer = (await beginFor(api, admin)).access;
});

const rowOf = ({ id }: Person) =>
  api.database.db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
const me = (token: string) => ask(api, 'GET', '/auth/me', { bearer: token });

describe('an ordinary admin', () => {
  const tries: Record<string, [method: string, json?: object]> = {
    'takes the flag away': ['PATCH', { is_superuser: false }],
    'sets the flag that is set': ['PATCH', { is_superuser: true }],
    'makes a viewer of him': ['PATCH', { role: 'viewer', is_superuser: false }],
    'sets his role as it is': ['PATCH', { role: 'admin' }],
    'gives him a password': ['PATCH', { password: otherPassword }],
    'disables him': ['PATCH', { is_disabled: true }],
    'takes his second factor away': ['PATCH', { has_second_factor: false }],
    'changes nothing': ['PATCH', {}],
    'removes him': ['DELETE'],
  };

  test.each(Object.keys(tries))('%s: refused, and nothing has changed', async (what) => {
    const [method, json] = tries[what] as (typeof tries)[string];
    await api.database.db
      .insertInto('second_factors')
      .values({ user_id: root.id, sealed_secret: 'x', confirmed_at: new Date() })
      .execute();
    const before = await rowOf(root);
    const { status, body } = await ask(api, method, `/users/${root.id}`, { json, bearer });
    expect([status, body.code]).toEqual([403, 'forbidden']);
    expect(await rowOf(root)).toEqual(before);
    const factors = api.database.db.selectFrom('second_factors').select('user_id').where('user_id', '=', root.id);
    expect(await factors.execute()).toHaveLength(1);
    expect((await me(rootToken)).body).toMatchObject({ id: root.id, is_superuser: true });
  });

  test('makes no superuser: not of himself, not of others, not a new one', async () => {
    const viewer = await addPerson(api.database.db, 'viewer');
    const name = newName('made');
    const answers = [
      await ask(api, 'PATCH', `/users/${admin.id}`, { json: { is_superuser: true }, bearer }),
      await ask(api, 'PATCH', `/users/${viewer.id}`, { json: { role: 'admin', is_superuser: true }, bearer }),
      await ask(api, 'POST', '/users', { json: { name, password, role: 'admin', is_superuser: true }, bearer }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect((await rowOf(admin))?.is_superuser).toBe(false);
    expect(await rowOf(viewer)).toMatchObject({ role: 'viewer', is_superuser: false });
    const made = api.database.db.selectFrom('users').select('id').where('name', '=', name);
    expect(await made.executeTakeFirst()).toBeUndefined();
  });

  test('does all that to other admins', async () => {
    const other = await addPerson(api.database.db, 'admin');
    for (const json of [{ is_disabled: true }, { password: otherPassword }, { role: 'viewer' }])
      expect((await ask(api, 'PATCH', `/users/${other.id}`, { json, bearer })).status).toBe(200);
    expect(await rowOf(other)).toMatchObject({ is_disabled: true, role: 'viewer' });
    expect((await ask(api, 'DELETE', `/users/${other.id}`, { bearer })).status).toBe(204);
    expect(await rowOf(other)).toBeUndefined();
  });
});

test('a superuser makes and unmakes superusers, and the flag counts with the next request', async () => {
  const path = `/users/${admin.id}`;
  expect((await ask(api, 'PATCH', path, { json: { is_superuser: true }, bearer: firstToken })).status).toBe(200);
  expect((await me(bearer)).body.is_superuser).toBe(true);
  expect((await ask(api, 'PATCH', `/users/${root.id}`, { json: { is_disabled: true }, bearer })).status).toBe(200);
  expect((await ask(api, 'PATCH', path, { json: { is_superuser: false }, bearer: firstToken })).status).toBe(200);
  expect((await ask(api, 'DELETE', `/users/${root.id}`, { bearer })).status).toBe(403);
});

test('nobody but admins is a superuser', async () => {
  const changes = [{ role: 'operator' }, { role: 'viewer', is_superuser: true }];
  for (const json of changes) {
    const { status, body } = await ask(api, 'PATCH', `/users/${root.id}`, { json, bearer: firstToken });
    expect([status, body.code]).toEqual([409, 'conflict']);
  }
  const json = { name: newName('made'), password, role: 'operator', is_superuser: true };
  expect((await ask(api, 'POST', '/users', { json, bearer: firstToken })).status).toBe(409);
});

describe('an API key of a superuser, for everything that keys are for,', () => {
  const tries: Record<string, [method: string, path: () => string, json?: object]> = {
    'makes no account': ['POST', () => '/users', { name: 'made-by-key', password: otherPassword }],
    'changes none': ['PATCH', () => `/users/${admin.id}`, { role: 'viewer' }],
    'gives none a password': ['PATCH', () => `/users/${admin.id}`, { password: otherPassword }],
    'removes none': ['DELETE', () => `/users/${admin.id}`],
    'makes no key': ['POST', () => '/keys', { name: 'one more' }],
    'sets no password': ['POST', () => '/auth/password', { current: password, password: otherPassword }],
    'takes no second factor away': ['POST', () => '/auth/second-factor/remove', { password }],
  };

  test.each(Object.keys(tries))('%s', async (what) => {
    const [method, path, json] = tries[what] as (typeof tries)[string];
    const scopes = ['solve', 'read', 'admin'];
    const { key } = (await ask(api, 'POST', '/keys', { json: { name: 'all', scopes }, bearer: rootToken })).body;
    const before = [await rowOf(admin), await rowOf(root)];
    expect((await ask(api, method, path(), { json, bearer: key })).status).toBe(403);
    expect([await rowOf(admin), await rowOf(root)]).toEqual(before);
    // Looking is what it is for.
    expect((await ask(api, 'GET', `/users/${admin.id}`, { bearer: key })).status).toBe(200);
  });
});

test('a password that an admin has given gets in, and the one before does not', async () => {
  const json = { password: otherPassword };
  expect((await ask(api, 'PATCH', `/users/${admin.id}`, { json, bearer: firstToken })).status).toBe(200);
  expect((await signIn(api, admin)).status).toBe(401);
  const given = { json: { name: admin.name, password: otherPassword } };
  expect((await ask(api, 'POST', '/auth/login', given)).status).toBe(200);
});
