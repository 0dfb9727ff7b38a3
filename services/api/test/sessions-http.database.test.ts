// Sessions over HTTP, at two apis on one database: what ends them ends them everywhere and at once, also for requests
// that were let in before; and they end by themselves.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { newId } from '../src/new-id.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import {
  addPerson,
  ask,
  beginFor,
  otherPassword,
  type Person,
  password,
  type Replica,
  signIn,
  startReplica,
} from '../test-support/people.js';
import { RawClient } from '../test-support/raw-http.js';
import { until } from '../test-support/running-api.js';

for (const { name: kind, missing, start } of databaseKinds) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? kind : `${kind} (${missing})`, () => {
    let home: TestDatabase;
    let one: Awaited<ReturnType<typeof startReplica>>;
    let other: Awaited<ReturnType<typeof startReplica>>;
    let root: Person;

    beforeAll(async () => {
      home = await start();
      one = await startReplica(home);
      other = await startReplica(home);
      root = await addPerson(one.database.db, 'admin', { isSuperuser: true });
    });
    afterAll(async () => {
      await one?.[Symbol.asyncDispose]();
      await other?.[Symbol.asyncDispose]();
      await home?.end();
    });

    const person = (role: 'viewer' | 'admin' = 'viewer') => addPerson(one.database.db, role);
    const rootToken = async () => (await beginFor(one, root)).access;
    const isIn = async (api: Replica, bearer: string) => {
      const { status } = await ask(api, 'GET', '/auth/me', { bearer });
      expect([200, 401]).toContain(status);
      return status === 200;
    };
    const liveSessions = async ({ id }: Person) =>
      (
        await one.database.db
          .selectFrom('sessions')
          .select('id')
          .where('user_id', '=', id)
          .where('ended_at', 'is', null)
          .execute()
      ).length;

    const patch = (json: object) => async (who: Person) =>
      ask(one, 'PATCH', `/users/${who.id}`, { json, bearer: await rootToken() });

    /** What ends all sessions of an account; asked of one api, with one of its sessions. */
    const ends: Record<string, (who: Person, bearer: string) => ReturnType<typeof ask>> = {
      logout: (_who, bearer) => ask(one, 'POST', '/auth/logout', { bearer }),
      'a password change': (_who, bearer) =>
        ask(one, 'POST', '/auth/password', { json: { current: password, password: otherPassword }, bearer }),
      "an admin's password reset": patch({ password: otherPassword }),
      'an admin who takes the second factor away': patch({ has_second_factor: false }),
      'an admin who disables': patch({ is_disabled: true }),
      'an admin who removes': async (who) => ask(one, 'DELETE', `/users/${who.id}`, { bearer: await rootToken() }),
    };

    test.each(Object.keys(ends))('%s ends all sessions on the other replica', async (what) => {
      const [who, bystander] = [await person(), await person()];
      const sessions = [await beginFor(one, who), await beginFor(other, who)];
      const strangers = await beginFor(other, bystander);
      for (const { access } of sessions) expect(await isIn(other, access)).toBe(true);
      const { status } = await (ends[what] as (typeof ends)[string])(who, sessions[0]?.access ?? '');
      expect([200, 204]).toContain(status);
      for (const { access, refresh } of sessions) {
        expect([await isIn(one, access), await isIn(other, access)]).toEqual([false, false]);
        const again = await ask(other, 'POST', '/auth/refresh', { json: { refresh_token: refresh } });
        expect(again.status).toBe(401);
      }
      expect(await liveSessions(who)).toBe(0);
      expect(await isIn(other, strangers.access)).toBe(true);
    });

    const withdrawals: Record<string, (who: Person) => ReturnType<typeof ask>> = {
      "an admin's password reset": patch({ password: otherPassword }),
      'an admin who disables': patch({ is_disabled: true }),
      'an admin who removes': async (who) => ask(one, 'DELETE', `/users/${who.id}`, { bearer: await rootToken() }),
    };

    test.each(Object.keys(withdrawals))('%s takes the API keys away for good', async (what) => {
      const who = await person();
      const { access: bearer } = await beginFor(one, who);
      const { key } = (await ask(one, 'POST', '/keys', { json: { name: 'telescope' }, bearer })).body;
      expect(await isIn(other, key)).toBe(true);
      await (withdrawals[what] as (typeof withdrawals)[string])(who);
      expect(await isIn(other, key)).toBe(false);
      // Enabled again, the account has none: whoever had its keys may have been the reason.
      await patch({ is_disabled: false })(who);
      expect(await isIn(other, key)).toBe(false);
      const keys = one.database.db.selectFrom('api_keys').select('id').where('user_id', '=', who.id);
      expect(await keys.execute()).toEqual([]);
    });

    describe('a sign-in that is being looked at', () => {
      /** What happens while the other api compares the password. */
      const meanwhile: Record<string, (who: Person) => ReturnType<typeof ask>> = {
        'a password change': async (who) =>
          (ends['a password change'] as (typeof ends)[string])(who, (await beginFor(one, who)).access),
        "an admin's password reset": patch({ password: otherPassword }),
        'an admin who disables': patch({ is_disabled: true }),
      };

      test.each(Object.keys(meanwhile))('begins no session with what was good before %s', async (what) => {
        const who = await person();
        const { passwords } = other.accounts.parts;
        const [isAsked, isChanged] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        const compare = passwords.isRight.bind(passwords);
        passwords.isRight = async (...given) => {
          const isRight = await compare(...given);
          isAsked.resolve();
          await isChanged.promise;
          return isRight;
        };
        try {
          const signingIn = signIn(other, who);
          await isAsked.promise;
          expect([200, 204]).toContain((await (meanwhile[what] as (typeof meanwhile)[string])(who)).status);
          isChanged.resolve();
          const { status, body } = await signingIn;
          expect({ status, live: await liveSessions(who) }).toEqual({ status: 401, live: 0 });
          expect(body.access_token).toBeUndefined();
        } finally {
          passwords.isRight = compare;
        }
      });

      test('loses against a password change, whichever comes first, in every one of many races', async () => {
        const left: number[] = [];
        for (let round = 0; round < 8; round++) {
          const who = await person();
          const { access: bearer } = await beginFor(one, who);
          const json = { current: password, password: `${otherPassword} ${round}` };
          let isOver = false;
          const changing = ask(one, 'POST', '/auth/password', { json, bearer }).finally(() => {
            isOver = true;
          });
          const tokens: string[] = [];
          while (!isOver) {
            const { status, body } = await signIn(other, who);
            if (status === 200) tokens.push(body.access_token);
            else expect([401, 429]).toContain(status);
          }
          // Either the change has happened, and nobody is in by the old password, or it lost, and said so.
          const { status } = await changing;
          if (status === 204) for (const token of tokens) if (await isIn(one, token)) left.push(round);
          expect(status === 204 || tokens.length > 0).toBe(true);
        }
        expect(left).toEqual([]);
      });
    });

    describe('a request whose body comes after the end of its session', () => {
      interface Late {
        readonly method: 'POST' | 'PATCH';
        readonly path: (who: Person) => string;
        readonly json: () => object;
        /** What has come of it. */
        readonly made: (who: Person) => Promise<unknown[]>;
      }
      const { id: victimId, name: victimName } = { id: newId(), name: `victim-${newId().slice(0, 8)}` };
      beforeAll(async () => {
        const victim = {
          id: victimId,
          name: victimName,
          role: 'viewer',
          is_superuser: false,
          password_hash: '',
        } as const;
        await one.database.db.insertInto('users').values(victim).execute();
      });
      const users = () => one.database.db.selectFrom('users').select('id');
      const late: Record<string, Late> = {
        'POST /keys': {
          ...{ method: 'POST', path: () => '/keys', json: () => ({ name: 'kept back', days: 1 }) },
          made: ({ id }) => one.database.db.selectFrom('api_keys').select('id').where('user_id', '=', id).execute(),
        },
        'POST /users': {
          ...{ method: 'POST', path: () => '/users' },
          json: () => ({ name: `late-${newId().slice(0, 8)}`, password: otherPassword }),
          made: () => users().where('name', 'like', 'late-%').execute(),
        },
        'PATCH /users/:id': {
          ...{ method: 'PATCH', path: () => `/users/${victimId}`, json: () => ({ role: 'admin' }) },
          made: () => users().where('id', '=', victimId).where('role', '=', 'admin').execute(),
        },
        'POST /auth/password': {
          ...{ method: 'POST', path: () => '/auth/password' },
          json: () => ({ current: password, password: otherPassword }),
          made: ({ id }) => users().where('id', '=', id).where('password_hash', 'not like', '$2b$04$%').execute(),
        },
      };

      test.each(Object.keys(late))('%s changes nothing', async (what) => {
        const { method, path, json, made } = late[what] as Late;
        const who = await person('admin');
        const { access } = await beginFor(other, who);
        const body = JSON.stringify(json());
        // Let in is whoever was looked at; then the body is read.
        const { whoHas } = other.accounts;
        let letIn = false;
        (other.accounts as { whoHas: typeof whoHas }).whoHas = async (bearer) => {
          const found = await whoHas(bearer);
          letIn = true;
          return found;
        };
        const client = await RawClient.open(other.port);
        try {
          client.send(
            `${method} /api/v1${path(who)} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer ${access}\r\n` +
              `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body.slice(0, 1)}`,
          );
          await until(() => letIn);
          expect((await ask(one, 'POST', '/auth/logout', { bearer: access })).status).toBe(204);
          client.send(body.slice(1));
          expect((await client.answer()).status).toBe(401);
        } finally {
          client.destroy();
          (other.accounts as { whoHas: typeof whoHas }).whoHas = whoHas;
        }
        expect(await made(who)).toEqual([]);
      });
    });

    describe('by themselves', () => {
      const day = 86_400;
      const minute = 60;
      /** As if what was begun had been begun so many seconds ago. */
      const age = async (sessionId: string, seconds: number, what: ('sessions' | 'refresh_tokens')[]) => {
        const by = sql<Date>`expires_at - ${seconds} * interval '1 second'`;
        const { db } = one.database;
        if (what.includes('sessions'))
          await db.updateTable('sessions').set({ expires_at: by }).where('id', '=', sessionId).execute();
        if (what.includes('refresh_tokens'))
          await db.updateTable('refresh_tokens').set({ expires_at: by }).where('session_id', '=', sessionId).execute();
      };
      const renew = async (refresh_token: string) =>
        (await ask(other, 'POST', '/auth/refresh', { json: { refresh_token } })).status;

      test('refresh tokens lapse after 14 days', async () => {
        const who = await person();
        const [young, old] = [await beginFor(one, who), await beginFor(one, who)];
        await age(young.sessionId, 14 * day - minute, ['refresh_tokens']);
        await age(old.sessionId, 14 * day, ['refresh_tokens']);
        expect([await renew(young.refresh), await renew(old.refresh)]).toEqual([200, 401]);
        // One that has lapsed is in nobody's second hand.
        expect(await isIn(other, old.access)).toBe(true);
      });

      test('sessions end after 60 days, however often they were renewed', async () => {
        const who = await person();
        const [young, old] = [await beginFor(one, who), await beginFor(one, who)];
        await age(young.sessionId, 60 * day - minute, ['sessions']);
        await age(old.sessionId, 60 * day, ['sessions']);
        expect([await isIn(other, young.access), await isIn(other, old.access)]).toEqual([true, false]);
        expect([await renew(young.refresh), await renew(old.refresh)]).toEqual([200, 401]);
      });

      test('and a refreshed token does not make its session longer', async () => {
        const who = await person();
        const begun = await beginFor(one, who);
        await age(begun.sessionId, 59 * day, ['sessions']);
        const rows = one.database.db.selectFrom('sessions').select('expires_at').where('id', '=', begun.sessionId);
        const before = await rows.executeTakeFirstOrThrow();
        expect(await renew(begun.refresh)).toBe(200);
        expect(await rows.executeTakeFirstOrThrow()).toEqual(before);
      });
    });

    test('a refresh cookie is kept while the database does not answer, and taken away when it is good no more', async () => {
      const who = await person();
      const { refresh } = await beginFor(one, who);
      const headers = { cookie: `astrogate_refresh=${refresh}` };
      const renew = () => ask(other, 'POST', '/auth/refresh', { json: {}, headers });
      const { db } = other.database;
      const { transaction } = db;
      db.transaction = () => {
        throw Object.assign(new Error('away'), { code: '57P03' });
      };
      try {
        const away = await renew();
        expect([away.status, away.headers.get('set-cookie')]).toEqual([503, null]);
      } finally {
        db.transaction = transaction;
      }
      const renewed = await renew();
      expect(renewed.status).toBe(200);
      const reused = await renew();
      expect([reused.status, reused.headers.get('set-cookie')]).toEqual([401, expect.stringContaining('1970')]);
    });
  });
}
