// Accounts on both databases: what must hold with several apis at once.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader, SignJWT } from 'jose';
import { Secret, TOTP } from 'otpauth';
import type { Principal } from '../src/access/principal.js';
import { type Accounts, openAccounts } from '../src/accounts/accounts.js';
import { listKeys, makeKey, removeKey } from '../src/accounts/api-keys.js';
import { makeFirstAdmin } from '../src/accounts/bootstrap.js';
import { confirmFactor, proposeFactor } from '../src/accounts/second-factors.js';
import { refreshSession } from '../src/accounts/sessions.js';
import { prove, signIn } from '../src/accounts/sign-in.js';
import { changeUser, createUser, listUsers, setOwnPassword } from '../src/accounts/users.js';
import { auditLog } from '../src/audit/audit-log.js';
import type { Database } from '../src/storage/database.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { aPerson } from '../test-support/person.js';

const password = 'violet tractor under seven moons';
const doer = { actor: 'system', address: '127.0.0.1', requestId: 'r1' };
const codeOf = (error: unknown) => (error as { code?: string }).code;
const refusal = (act: Promise<unknown>) => act.then(() => 'done', codeOf);

describe.each(databaseKinds.map((kind) => [kind.name, kind] as const))('%s', (_name, kind) => {
  if (kind.missing !== undefined) {
    test.todo(`is not here: ${kind.missing}`);
    return;
  }

  let home: TestDatabase;
  let database: Database;
  let accounts: Accounts;
  let clock: Date;
  let bootstrapSecret: string;
  /** The last row of the audit log that was there before the test. */
  let seen: number;
  const masterKey = randomBytes(32);

  const open = async (on: Database) => openAccounts({ db: on.db, masterKey, now: () => clock });

  const acts = async () =>
    database.db.selectFrom('audit_log').select(['act', 'result']).where('seq', '>', seen).execute();

  beforeAll(async () => {
    home = await kind.start();
    database = await home.open();
  });
  afterAll(() => home.end());
  beforeEach(async () => {
    clock = new Date();
    seen = Number((await auditLog(database).head())?.seq ?? 0);
    for (const table of ['users', 'bootstrap', 'login_attempts', 'signing_keys'] as const)
      await database.db.deleteFrom(table).execute();
    accounts = await open(database);
    bootstrapSecret = (await accounts.offerBootstrap()) ?? '';
  });

  const bootstrap = (name = 'root') =>
    makeFirstAdmin(accounts.parts, { secret: bootstrapSecret, name, password }, doer);
  const as = (userId: string) => aPerson(database.db, userId);
  const addUser = async (rootId: string, name: string, role: 'viewer' | 'operator' | 'admin' = 'viewer') =>
    createUser(accounts.parts, await as(rootId), { name, password, role, isSuperuser: false }, doer);
  const bearerOf = async (name: string) =>
    accounts.tokens.issue(await signIn(accounts.parts, { name, password }, doer));

  describe('the first admin', () => {
    test('needs the secret, which one of several apis gets, and works once', async () => {
      const others = await Promise.all([open(database), open(database)]);
      expect(await Promise.all(others.map((other) => other.offerBootstrap()))).toEqual([undefined, undefined]);
      const guess = { secret: 'agb_guess', name: 'mallory', password };
      expect(await refusal(makeFirstAdmin(accounts.parts, guess, doer))).toBe('unauthenticated');
      const both = await Promise.all([refusal(bootstrap('one')), refusal(bootstrap('two'))]);
      expect(both.sort()).toEqual(['done', 'unauthenticated']);
      const users = await listUsers(accounts.parts);
      expect(users).toMatchObject([{ role: 'admin', isSuperuser: true }]);
    });

    test('gets another secret from a start ten minutes later, if nobody used the first', async () => {
      expect(await accounts.offerBootstrap()).toBeUndefined();
      await database.db
        .updateTable('bootstrap')
        .set({ created_at: new Date(Date.now() - 601_000) })
        .execute();
      const later = await accounts.offerBootstrap();
      expect(await refusal(bootstrap())).toBe('unauthenticated');
      bootstrapSecret = later ?? '';
      expect(await refusal(bootstrap())).toBe('done');
      await database.db
        .updateTable('bootstrap')
        .set({ created_at: new Date(0) })
        .execute();
      expect(await accounts.offerBootstrap()).toBeUndefined();
    });

    test('a weak password does not use the secret up', async () => {
      const weak = { secret: bootstrapSecret, name: 'root', password: 'password' };
      expect(await refusal(makeFirstAdmin(accounts.parts, weak, doer))).toBe('weak_password');
      expect(await refusal(bootstrap())).toBe('done');
    });
  });

  describe('access tokens', () => {
    test('tell who it is and what he may as it is now, and end after 15 minutes', async () => {
      const rootId = await bootstrap();
      const { id } = await addUser(rootId, 'ada');
      const bearer = await bearerOf('ada');
      expect(decodeProtectedHeader(bearer)).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt', kid: expect.any(String) });
      expect(await accounts.whoHas(bearer)).toMatchObject({ kind: 'user', userId: id, role: 'viewer' });
      await changeUser(accounts.parts, await as(rootId), id, { role: 'operator' }, doer);
      expect(await accounts.whoHas(bearer)).toMatchObject({ role: 'operator' });
      clock = new Date(clock.getTime() + 15 * 60_000 + 6000);
      expect(await refusal(accounts.whoHas(bearer))).toBe('unauthenticated');
    });

    test('of another kind, for another audience, from elsewhere or by another key are refused', async () => {
      const rootId = await bootstrap();
      const { userId, sessionId, refreshToken } = await signIn(accounts.parts, { name: 'root', password }, doer);
      expect(userId).toBe(rootId);
      expect(await refusal(accounts.whoHas(refreshToken))).toBe('unauthenticated');
      const { kid, key } = await accounts.tokens.keys.signer();
      const make = (header: object, claims: { iss?: string; aud?: string } = {}) =>
        new SignJWT({ sid: sessionId })
          .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'at+jwt', ...header })
          .setIssuer(claims.iss ?? 'astrogate')
          .setAudience(claims.aud ?? 'astrogate-api')
          .setSubject(userId)
          .setJti('j')
          .setIssuedAt(Math.floor(clock.getTime() / 1000))
          .setExpirationTime(Math.floor(clock.getTime() / 1000) + 300)
          .sign(key);
      expect(await accounts.whoHas(await make({}))).toMatchObject({ userId });
      for (const wrong of [
        await make({ typ: 'JWT' }),
        await make({ typ: 'rt+jwt' }),
        await make({ kid: '0'.repeat(32) }),
        await make({}, { iss: 'elsewhere' }),
        await make({}, { aud: 'else' }),
        `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.e30.`,
      ])
        expect(await refusal(accounts.whoHas(wrong))).toBe('unauthenticated');
    });

    test('outlive the change of the signing key, which another api has made', async () => {
      await bootstrap();
      const bearer = await bearerOf('root');
      const first = decodeProtectedHeader(bearer).kid;
      const monthAgo = new Date(Date.now() - 30 * 86_400_000 - 60_000);
      await database.db.updateTable('signing_keys').set({ created_at: monthAgo }).execute();
      const second = decodeProtectedHeader(await bearerOf('root')).kid;
      expect(second).not.toBe(first);
      expect(await accounts.whoHas(bearer)).toMatchObject({ name: 'root' });
      await database.db
        .updateTable('signing_keys')
        .set({ created_at: new Date(Date.now() - 32 * 86_400_000) })
        .where('kid', '=', String(first))
        .execute();
      expect(await refusal(accounts.whoHas(bearer))).toBe('unauthenticated');
    });

    test('a database of another master key is refused at start', async () => {
      const other = openAccounts({
        db: database.db,
        masterKey: randomBytes(32),

        now: () => clock,
      });
      await expect(other).rejects.toThrow('API_MASTER_KEY_FILE is not the key');
    });
  });

  describe('sessions', () => {
    test('a refresh token works once; shown again it ends its session, but no other one', async () => {
      await bootstrap();
      const first = await signIn(accounts.parts, { name: 'root', password }, doer);
      const other = await bearerOf('root');
      const second = await refreshSession(accounts.parts, first.refreshToken, doer);
      const bearer = await accounts.tokens.issue(second);
      expect(await accounts.whoHas(bearer)).toBeDefined();
      expect(await refusal(refreshSession(accounts.parts, first.refreshToken, doer))).toBe('unauthenticated');
      expect(await accounts.whoHas(bearer)).toBeUndefined();
      expect(await refusal(refreshSession(accounts.parts, second.refreshToken, doer))).toBe('unauthenticated');
      expect(await accounts.whoHas(other)).toBeDefined();
      expect((await acts()).filter(({ act }) => act === 'session.reuse')).toHaveLength(1);
    });

    test('of two who show one refresh token at once only one gets the next, and the session ends', async () => {
      await bootstrap();
      const { refreshToken } = await signIn(accounts.parts, { name: 'root', password }, doer);
      const both = await Promise.all([1, 2].map(() => refusal(refreshSession(accounts.parts, refreshToken, doer))));
      expect(both.sort()).toEqual(['done', 'unauthenticated']);
      const { ended_by } = await database.db.selectFrom('sessions').select('ended_by').executeTakeFirstOrThrow();
      expect(ended_by).toBe('reuse');
    });

    test.each(['password', 'disabled'] as const)('all end at once, on every replica: %s', async (why) => {
      const rootId = await bootstrap();
      const { id } = await addUser(rootId, 'ada');
      const replica = await open(await home.open());
      const bearers = [await bearerOf('ada'), await bearerOf('ada')];
      for (const bearer of bearers) expect(await replica.whoHas(bearer)).toMatchObject({ name: 'ada' });
      const listener = (await replica.whoHas(bearers[0] ?? '')) as Principal;
      expect(await replica.isStill(listener)).toBe(true);
      if (why === 'disabled') await changeUser(accounts.parts, await as(rootId), id, { isDisabled: true }, doer);
      else {
        const proof = await prove(accounts.parts, { name: 'ada', password });
        const change = { who: await as(id), proof, password: 'seven moons over a tractor' };
        await setOwnPassword(accounts.parts, change, doer);
      }
      for (const bearer of bearers) expect(await replica.whoHas(bearer)).toBeUndefined();
      expect(await replica.isStill(listener)).toBe(false);
    });
  });

  describe('admins', () => {
    test('who demote each other at once: one stays', async () => {
      const rootId = await bootstrap();
      const { id } = await addUser(rootId, 'ada', 'admin');
      await changeUser(accounts.parts, await as(rootId), id, { isSuperuser: true }, doer);
      const replica = await open(await home.open());
      const demote = async (by: Accounts, actor: string, target: string) =>
        refusal(changeUser(by.parts, await as(actor), target, { role: 'viewer', isSuperuser: false }, doer));
      const both = await Promise.all([demote(accounts, rootId, id), demote(replica, id, rootId)]);
      expect(both.sort()).toEqual(['done', 'forbidden']);
      const left = (await listUsers(accounts.parts)).filter(({ role }) => role === 'admin');
      expect(left).toMatchObject([{ isSuperuser: true, isDisabled: false }]);
    });

    test('cannot touch a superuser', async () => {
      const rootId = await bootstrap();
      const { id } = await addUser(rootId, 'ada', 'admin');
      for (const change of [{ role: 'viewer' }, { isDisabled: true }, { password }, { removed: true }] as const)
        expect(await refusal(changeUser(accounts.parts, await as(id), rootId, change, doer))).toBe('forbidden');
      expect(await refusal(signIn(accounts.parts, { name: 'root', password }, doer))).toBe('done');
    });

    test('give no name twice', async () => {
      const rootId = await bootstrap();
      expect(await refusal(addUser(rootId, 'root'))).toBe('conflict');
    });
  });

  describe('what takes long', () => {
    test('a password that was shown counts only as long as it is the password', async () => {
      const rootId = await bootstrap();
      const proof = await prove(accounts.parts, { name: 'root', password });
      const change = (to: string) => async () =>
        setOwnPassword(accounts.parts, { who: await as(rootId), proof, password: to }, doer);
      expect(await refusal(change('seven moons over a tractor')())).toBe('done');
      expect(await refusal(change('another tractor under a moon')())).toBe('unauthenticated');
    });

    test('nothing is made or changed by a session that ended meanwhile', async () => {
      const rootId = await bootstrap();
      const { id } = await addUser(rootId, 'ada');
      const who = await as(rootId);
      await database.db.updateTable('sessions').set({ ended_at: new Date() }).execute();
      const key = { name: 'k', scopes: ['admin'], days: 1 } as const;
      const wanted = { name: 'mallory', password, role: 'admin', isSuperuser: true } as const;
      expect(await refusal(makeKey(accounts.parts, who, key, doer))).toBe('unauthenticated');
      expect(await refusal(createUser(accounts.parts, who, wanted, doer))).toBe('unauthenticated');
      expect(await refusal(changeUser(accounts.parts, who, id, { role: 'admin' }, doer))).toBe('unauthenticated');
      expect((await listUsers(accounts.parts)).map(({ name, role }) => [name, role])).toEqual([
        ['ada', 'viewer'],
        ['root', 'admin'],
      ]);
    });

    test('a stream ends for whoever is an admin no more', async () => {
      const rootId = await bootstrap();
      const { id } = await addUser(rootId, 'ada', 'admin');
      const who = await as(id);
      expect(await accounts.isStill(who)).toBe(true);
      await changeUser(accounts.parts, await as(rootId), id, { role: 'viewer' }, doer);
      expect(await accounts.isStill(who)).toBe(false);
    });
  });

  describe('wrong passwords', () => {
    test('lock the name, whether anybody has it or not, however many come at once', async () => {
      await bootstrap();
      for (const name of ['root', 'nobody']) {
        const tries = Array.from({ length: 12 }, () => refusal(prove(accounts.parts, { name, password: 'wrong' })));
        const codes = await Promise.all(tries);
        expect(codes.filter((code) => code === 'unauthenticated')).toHaveLength(5);
        expect(codes.filter((code) => code === 'account_locked')).toHaveLength(7);
        // The right one waits as well.
        await expect(signIn(accounts.parts, { name, password }, doer)).rejects.toMatchObject({
          code: 'account_locked',
          seconds: expect.any(Number),
        });
      }
    });

    test('are forgotten with the right one after the wait', async () => {
      await bootstrap();
      for (let tried = 0; tried < 5; tried++) await refusal(prove(accounts.parts, { name: 'root', password: 'no' }));
      await database.db
        .updateTable('login_attempts')
        .set({ locked_until: new Date(Date.now() - 1000) })
        .execute();
      expect(await refusal(signIn(accounts.parts, { name: 'root', password }, doer))).toBe('done');
      expect(await database.db.selectFrom('login_attempts').selectAll().execute()).toEqual([]);
    });
  });

  describe('a second factor', () => {
    const appOf = (secret: string) => {
      const app = new TOTP({ secret: Secret.fromBase32(secret) });
      return () => app.generate({ timestamp: clock.getTime() });
    };

    test('is asked for after the password, and no code counts twice', async () => {
      const userId = await bootstrap();
      const { secret } = await proposeFactor(accounts.parts, { userId, name: 'root' });
      const code = appOf(secret);
      expect(await refusal(signIn(accounts.parts, { name: 'root', password }, doer))).toBe('done');
      const recovery = await confirmFactor(accounts.parts, await as(userId), code(), doer);
      expect(await refusal(signIn(accounts.parts, { name: 'root', password }, doer))).toBe('second_factor_needed');
      const again = { name: 'root', password, code: code() };
      expect(await refusal(signIn(accounts.parts, again, doer))).toBe('unauthenticated');
      clock = new Date(clock.getTime() + 30_000);
      const next = { name: 'root', password, code: code() };
      const both = await Promise.all([1, 2].map(() => refusal(signIn(accounts.parts, next, doer))));
      expect(both.sort()).toEqual(['done', 'unauthenticated']);
      const spare = { name: 'root', password, code: recovery[0] };
      expect(await refusal(signIn(accounts.parts, spare, doer))).toBe('done');
      expect(await refusal(signIn(accounts.parts, spare, doer))).toBe('unauthenticated');
      const row = await database.db.selectFrom('second_factors').selectAll().executeTakeFirstOrThrow();
      expect(JSON.stringify(row)).not.toContain(secret);
    });
  });

  describe('API keys', () => {
    const wanted = { name: 'script', scopes: ['solve', 'read'] as const, days: 30 };

    test('tell who it is and what they are for; only a hash is kept; the last use is shown', async () => {
      const userId = await bootstrap();
      const { key, text } = await makeKey(accounts.parts, await as(userId), wanted, doer);
      expect(text).toMatch(/^ag_[0-9a-f]{12}_[\w-]{43}$/);
      expect(key.lastUsedAt).toBeNull();
      expect(await accounts.whoHas(text)).toMatchObject({ kind: 'key', keyId: key.id, scopes: ['solve', 'read'] });
      const [listed] = await listKeys(accounts.parts, userId);
      expect(listed?.lastUsedAt).toBeInstanceOf(Date);
      const rows = await database.db.selectFrom('api_keys').selectAll().execute();
      expect(JSON.stringify(rows)).not.toContain(text.slice(16));
    });

    test('that are wrong, lapsed, removed or of a disabled account are refused', async () => {
      const rootId = await bootstrap();
      const { id } = await addUser(rootId, 'ada');
      const make = async () => (await makeKey(accounts.parts, await as(id), wanted, doer)).text;
      const [whole, lapsed] = [await make(), await make()];
      expect(await refusal(accounts.whoHas(`${whole.slice(0, -1)}${whole.endsWith('A') ? 'B' : 'A'}`))).toBe(
        'unauthenticated',
      );
      const yesterday = new Date(Date.now() - 86_400_000);
      await database.db
        .updateTable('api_keys')
        .set({ expires_at: yesterday })
        .where('prefix', '=', lapsed.slice(0, 15))
        .execute();
      expect(await refusal(accounts.whoHas(lapsed))).toBe('unauthenticated');
      const { key, text } = await makeKey(accounts.parts, await as(id), wanted, doer);
      expect(await removeKey(accounts.parts, rootId, key.id, doer)).toBe(false);
      expect(await removeKey(accounts.parts, id, key.id, doer)).toBe(true);
      expect(await refusal(accounts.whoHas(text))).toBe('unauthenticated');
      for (const remedy of [{ isDisabled: true }, { password: 'seven moons over a tractor' }]) {
        const key = await make();
        await changeUser(accounts.parts, await as(rootId), id, remedy, doer);
        await changeUser(accounts.parts, await as(rootId), id, { isDisabled: false }, doer);
        for (const gone of [whole, key]) expect(await refusal(accounts.whoHas(gone))).toBe('unauthenticated');
      }
    });
  });
});
