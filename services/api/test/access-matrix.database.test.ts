// Who gets in where: every route of the table, asked by everybody there is. A route without a row fails.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Role, Scope } from '../src/access/principal.js';
import { AccessTokens, accessSeconds } from '../src/accounts/access-tokens.js';
import { type Accounts, openAccounts } from '../src/accounts/accounts.js';
import { makeKey, removeKey } from '../src/accounts/api-keys.js';
import { beginSession } from '../src/accounts/sessions.js';
import { insertUser } from '../src/accounts/users.js';
import { createContext } from '../src/context.js';
import { routeTable } from '../src/http/routes.js';
import type { Db } from '../src/storage/tables.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { FakeJobStore } from '../test-support/fake-job-store.js';
import { FakeSolverClient } from '../test-support/fake-solver-client.js';
import { aPerson } from '../test-support/person.js';
import { type RunningApi, runApi, testConfig } from '../test-support/running-api.js';

type Answer = 'in' | 401 | 403;
const callers = [
  ...['anonymous', 'viewer', 'operator', 'admin', 'key: solve', 'key: read', 'key: admin', "viewer's key: all"],
  ...['disabled user', 'expired token', 'refresh token', 'removed key', 'not a token'],
] as const;
type Caller = (typeof callers)[number];

const never = { 'disabled user': 401, 'expired token': 401, 'refresh token': 401, 'removed key': 401 } as const;
const nobody = { ...never, 'not a token': 401 } as const;
const people = { viewer: 'in', operator: 'in', admin: 'in' } as const;
const noKey = { 'key: solve': 403, 'key: read': 403, 'key: admin': 403, "viewer's key: all": 403 } as const;
const readers = { 'key: solve': 403, 'key: read': 'in', 'key: admin': 403, "viewer's key: all": 'in' } as const;

/** What each kind of route answers. `solve`: as anonymous callers are let in or not. */
const kinds: Record<string, (isAnonymousOn: boolean) => Record<string, Answer>> = {
  open: () => Object.fromEntries(callers.map((caller) => [caller, 'in'])),
  solving: (on) => ({
    ...nobody,
    ...people,
    anonymous: on ? 'in' : 401,
    'key: solve': 'in',
    'key: read': 403,
    'key: admin': 403,
    "viewer's key: all": 'in',
  }),
  reading: (on) => ({ ...nobody, ...people, ...readers, anonymous: on ? 'in' : 401 }),
  own: () => ({ ...nobody, ...people, ...readers, anonymous: 401 }),
  inPerson: () => ({ ...nobody, ...people, ...noKey, anonymous: 401 }),
  managing: () => ({ ...nobody, ...noKey, anonymous: 401, viewer: 403, operator: 403, admin: 'in' }),
  administering: () => ({
    ...nobody,
    ...noKey,
    anonymous: 401,
    viewer: 403,
    operator: 403,
    admin: 'in',
    'key: admin': 'in',
  }),
};

/** The matrix: one row per route. */
const rows: Record<string, keyof typeof kinds> = {
  'post /api/v1/solves': 'solving',
  'get /api/v1/solves': 'reading',
  'get /api/v1/solves/:id': 'reading',
  'delete /api/v1/solves/:id': 'solving',
  'post /api/v1/solves/:id/cancel': 'solving',
  'get /api/v1/solves/:id/events': 'reading',
  'get /api/v1/solves/:id/files/wcs': 'reading',
  'get /api/v1/indexes': 'reading',
  'get /api/v1/capacity': 'reading',
  'post /api/v1/auth/bootstrap': 'open',
  'post /api/v1/auth/login': 'open',
  'post /api/v1/auth/refresh': 'open',
  'post /api/v1/auth/logout': 'inPerson',
  'get /api/v1/auth/me': 'own',
  'post /api/v1/auth/password': 'inPerson',
  'post /api/v1/auth/second-factor': 'inPerson',
  'post /api/v1/auth/second-factor/confirm': 'inPerson',
  'post /api/v1/auth/second-factor/remove': 'inPerson',
  'get /api/v1/users': 'administering',
  'post /api/v1/users': 'managing',
  'get /api/v1/users/:id': 'administering',
  'patch /api/v1/users/:id': 'managing',
  'delete /api/v1/users/:id': 'managing',
  'get /api/v1/keys': 'own',
  'post /api/v1/keys': 'inPerson',
  'delete /api/v1/keys/:id': 'inPerson',
  'get /api/v1/audit': 'administering',
  'get /api/v1/audit/export': 'administering',
  'get /api/v1/system/backups': 'administering',
  'post /api/v1/system/backups': 'managing',
  'post /api/v1/system/backups/upload': 'managing',
  'get /api/v1/system/backups/:id': 'administering',
  'get /api/v1/system/backups/:id/archive': 'administering',
  'post /api/v1/system/backups/:id/verify': 'managing',
  'post /api/v1/system/backups/:id/restore': 'managing',
  'delete /api/v1/system/backups/:id': 'managing',
  'post /api/v1/system/reset': 'managing',
  'get /api/v1/system/certificate': 'administering',
  'post /api/v1/system/certificate': 'managing',
  'get /api/v1/system/capabilities': 'administering',
  'get /api/v1/system/jobs': 'administering',
  'get /api/v1/system/jobs/:id': 'administering',
  'post /api/v1/system/jobs/:id/continue': 'managing',
  'delete /api/v1/system/jobs/:id': 'managing',
  'get /api/v1/openapi.json': 'open',
  'get /api/v1/docs': 'open',
  'get /api/v1/docs/:file': 'open',
  'post /solve': 'solving',
  'post /analyse': 'solving',
  'get /health': 'open',
  'get /healthz': 'open',
  'get /readyz': 'open',
};

const routes = routeTable(
  createContext({
    ...{ config: testConfig, store: new FakeJobStore(), solver: new FakeSolverClient() },
  } as unknown as Parameters<typeof createContext>[0]),
).map(([method, path]) => `${method} ${path}`);

test('every route has a row, and every row a route', () => {
  expect(Object.keys(rows).sort()).toEqual([...routes].sort());
  expect(new Set(routes).size).toBe(routes.length);
});

test('every kind of route says what each caller hears', () => {
  for (const answers of Object.values(kinds)) expect(Object.keys(answers(true)).sort()).toEqual([...callers].sort());
});

let home: TestDatabase;
let db: Db;
let accounts: Accounts;
const doer = { actor: 'system', address: '', requestId: '' };
const userIds = new Map<string, string>();

beforeAll(async () => {
  home = await (databaseKinds[0] as (typeof databaseKinds)[number]).start();
  ({ db } = await home.open());
  accounts = await openAccounts({ db, masterKey: randomBytes(32), now: () => new Date() });
  for (const role of ['viewer', 'operator', 'admin', 'disabled'] as const) {
    const wanted = { name: role, role: role === 'disabled' ? ('admin' as Role) : role, isSuperuser: false };
    const { id } = await db.transaction().execute((trx) => insertUser(trx, wanted, 'no hash'));
    userIds.set(role, id);
  }
  await db.updateTable('users').set({ is_disabled: true }).where('name', '=', 'disabled').execute();
});
afterAll(() => home.end());

const idOf = (name: string) => userIds.get(name) ?? '';
const sessionOf = (name: string) => db.transaction().execute((trx) => beginSession(trx, idOf(name)));
const keyOf = async (name: string, ...scopes: Scope[]) =>
  makeKey(accounts.parts, await aPerson(db, idOf(name)), { name: 'k', scopes, days: 1 }, doer);

/** Made anew for every request, since one of them ends all sessions. */
const credentials: Record<Caller, () => Promise<string | undefined>> = {
  anonymous: async () => undefined,
  viewer: async () => accounts.tokens.issue(await sessionOf('viewer')),
  operator: async () => accounts.tokens.issue(await sessionOf('operator')),
  admin: async () => accounts.tokens.issue(await sessionOf('admin')),
  'key: solve': async () => keys.solve,
  'key: read': async () => keys.read,
  'key: admin': async () => keys.admin,
  "viewer's key: all": async () => keys.viewer,
  'disabled user': async () => accounts.tokens.issue(await sessionOf('disabled')),
  'expired token': async () => {
    const then = new Date(Date.now() - (accessSeconds + 60) * 1000);
    return new AccessTokens(accounts.tokens.keys, () => then).issue(await sessionOf('admin'));
  },
  'refresh token': async () => (await sessionOf('admin')).refreshToken,
  'removed key': async () => keys.removed,
  'not a token': async () => 'eyJhbGciOiJub25lIn0.e30.',
};

const keys = { solve: '', read: '', admin: '', viewer: '', removed: '' };
beforeAll(async () => {
  keys.solve = (await keyOf('admin', 'solve')).text;
  keys.read = (await keyOf('admin', 'read')).text;
  keys.admin = (await keyOf('admin', 'admin')).text;
  keys.viewer = (await keyOf('viewer', 'solve', 'read', 'admin')).text;
  const removed = await keyOf('admin', 'admin');
  await removeKey(accounts.parts, idOf('admin'), removed.key.id, doer);
  keys.removed = removed.text;
});

describe.each(['off', 'solve'] as const)('API_ANONYMOUS=%s', (anonymous) => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await runApi({ anonymous }, { accounts, solver: new FakeSolverClient() });
  });
  afterAll(async () => {
    await api[Symbol.asyncDispose]();
  });

  test.each(Object.entries(rows))('%s (%s)', async (route, kind) => {
    const [method = '', path = ''] = route.split(' ');
    const heard: Record<string, Answer> = {};
    for (const caller of callers) {
      const bearer = await credentials[caller]();
      const response = await fetch(`${api.url}${path.replace(/:\w+/, 'nothing')}`, {
        method: method.toUpperCase(),
        headers: { 'astrogate-owner': 'o'.repeat(32), ...(bearer && { authorization: `Bearer ${bearer}` }) },
      });
      await response.arrayBuffer();
      heard[caller] = response.status === 401 || response.status === 403 ? response.status : 'in';
    }
    expect(heard).toEqual(kinds[kind]?.(anonymous === 'solve'));
  });
});
