// Ids, names and secrets that no database can hold, or that are of another kind than they should be: refused as what
// they are, and never a fault of ours.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { addPerson, ask, beginFor, newName, otherPassword, password, startReplica } from '../test-support/people.js';

interface Try {
  readonly method: string;
  readonly path: string;
  readonly json?: object;
  readonly headers?: Record<string, string>;
  /** Without a session. */
  readonly isStranger?: true;
  readonly expected: readonly number[];
}

const nul = '\0';
const [wrong, unknown] = [[400], [401]];

/** A path with NUL in its id may be refused as wrong or as nothing that there is. */
const ids: Record<string, Try> = Object.fromEntries(
  ['%00', 'a%00b', '%ED%A0%80', `${'x'.repeat(5000)}`, "'%20or%20true--", '..%2F..', '%F0%9F%94%AD'].flatMap((id) =>
    [
      ['GET', `/users/${id}`, undefined],
      ['PATCH', `/users/${id}`, { role: 'viewer' }],
      ['PATCH', `/users/${id}`, { password: otherPassword }],
      ['DELETE', `/users/${id}`, undefined],
      ['DELETE', `/keys/${id}`, undefined],
      ['GET', `/solves/${id}`, undefined],
      ['DELETE', `/solves/${id}`, undefined],
      ['POST', `/solves/${id}/cancel`, undefined],
      ['GET', `/solves/${id}/events`, undefined],
    ].map(([method, path, json]) => {
      const name = `${method} ${String(path).slice(0, 60)}${json ? ` ${Object.keys(json as object)}` : ''}`;
      return [name, { method, path, ...(json ? { json } : {}), expected: [400, 404] } as Try];
    }),
  ),
);

const login = { method: 'POST', path: '/auth/login', isStranger: true } as const;
const users = { method: 'POST', path: '/users' } as const;
const keys = { method: 'POST', path: '/keys' } as const;
const self = { method: 'PATCH', path: '/users/SELF' } as const;

const fields: Record<string, Try> = {
  'a name with NUL signs in': { ...login, json: { name: `ro${nul}ot`, password }, expected: wrong },
  'a name that ends in NUL signs in': { ...login, json: { name: `root${nul}`, password }, expected: wrong },
  'a password with NUL signs in': { ...login, json: { name: 'root', password: `a${nul}` }, expected: unknown },
  'a name that is a list': { ...login, json: { name: ['root'], password }, expected: wrong },
  'a password that is null': { ...login, json: { name: 'root', password: null }, expected: wrong },
  'a refresh token with NUL': {
    ...{ method: 'POST', path: '/auth/refresh', isStranger: true },
    ...{ json: { refresh_token: `agr_${nul}` }, expected: unknown },
  },
  'a bootstrap secret with NUL': {
    ...{ method: 'POST', path: '/auth/bootstrap', isStranger: true },
    ...{ json: { secret: `agb_${nul}`, name: 'root', password }, expected: unknown },
  },
  'an account whose name has NUL': { ...users, json: { name: `a${nul}b`, password }, expected: wrong },
  'an account whose password has NUL': {
    ...{ ...users, json: { name: newName('made'), password: `${otherPassword}${nul}` } },
    expected: [400, 422],
  },
  'an account whose role has NUL': { ...users, json: { name: 'made', password, role: `admin${nul}` }, expected: wrong },
  'an account with a field that there is not': {
    ...{ ...users, json: { name: newName('made'), password: otherPassword, [`x${nul}`]: 1 } },
    expected: wrong,
  },
  'a key whose name has NUL': { ...keys, json: { name: `a${nul}b` }, expected: wrong },
  'a key whose name is half a character': { ...keys, json: { name: 'a\ud800b' }, expected: [201, 400] },
  'a key whose name is NUL': { ...keys, json: { name: nul }, expected: wrong },
  'a key whose scope has NUL': { ...keys, json: { name: 'a', scopes: [`read${nul}`] }, expected: wrong },
  'a key for a number of days that is none': { ...keys, json: { name: 'a', days: 1e300 }, expected: wrong },
  'a change of the password to null': { ...self, json: { password: null }, expected: wrong },
  'a change of the role to null': { ...self, json: { role: null }, expected: wrong },
  'a change of a flag to null': { ...self, json: { is_superuser: null }, expected: wrong },
  'a change of a flag to a text': { ...self, json: { is_disabled: 'false' }, expected: wrong },
  'a second factor that is to be there': { ...self, json: { has_second_factor: true }, expected: wrong },
  'a change of the id': { ...self, json: { id: 'x' }, expected: wrong },
  'a change by way of the prototype': { ...self, json: JSON.parse('{"__proto__":{"role":"admin"}}'), expected: wrong },
  'a body that is a list': { ...self, json: [{ role: 'admin' }], expected: wrong },
  'a new password with NUL': {
    ...{ method: 'POST', path: '/auth/password' },
    ...{ json: { current: password, password: `${otherPassword}${nul}` }, expected: [400, 422] },
  },
  'a bearer with characters that none has': {
    ...{ method: 'GET', path: '/auth/me', isStranger: true, headers: { authorization: 'Bearer ag_\u00ff' } },
    expected: unknown,
  },
  'an act with NUL that is looked for': { method: 'GET', path: '/audit?act=%00', expected: wrong },
  'an actor with NUL that is looked for': { method: 'GET', path: '/audit?actor=user:%00', expected: [200, 400] },
  'a target with NUL that is looked for': { method: 'GET', path: '/audit?target=%00', expected: [200, 400] },
  'a cursor with NUL': { method: 'GET', path: '/audit?cursor=%00', expected: wrong },
  'a cursor beyond all rows': { method: 'GET', path: `/audit?cursor=${'9'.repeat(30)}`, expected: [200, 400] },
};

for (const { name: kind, missing: why, start } of databaseKinds) {
  const suite = why === undefined ? describe : describe.skip;
  suite(why === undefined ? kind : `${kind} (${why})`, () => {
    let home: TestDatabase;
    let api: Awaited<ReturnType<typeof startReplica>>;

    beforeAll(async () => {
      home = await start();
      api = await startReplica(home);
      await addPerson(api.database.db, 'admin', { name: 'root', isSuperuser: true });
    });
    afterAll(async () => {
      await api?.[Symbol.asyncDispose]();
      await home?.end();
    });

    const heard = async ({ method, path, json, headers, isStranger }: Try) => {
      const { db } = api.database;
      const who = await addPerson(db, 'admin', { isSuperuser: true });
      const bearer = isStranger ? undefined : (await beginFor(api, who)).access;
      // A name that was refused too often is locked.
      await db.deleteFrom('login_attempts').execute();
      const rows = () => db.selectFrom('users').selectAll().where('id', '=', who.id).executeTakeFirst();
      const before = await rows();
      const { status, body } = await ask(api, method, path.replace('SELF', who.id), {
        ...{ json, bearer },
        ...(headers && { headers }),
      });
      expect(await rows()).toEqual(before);
      return { status, body };
    };

    test.each(Object.keys({ ...ids, ...fields }))('%s', async (what) => {
      const tried = { ...ids, ...fields }[what] as Try;
      const { status, body } = await heard(tried);
      expect(tried.expected).toContain(status);
      if (status >= 400) expect(body.code).toEqual(expect.any(String));
    });

    test('and nothing of that was made', async () => {
      const { db } = api.database;
      const names = await db.selectFrom('users').select('name').where('name', 'like', 'made%').execute();
      expect(names).toEqual([]);
    });
  });
}
