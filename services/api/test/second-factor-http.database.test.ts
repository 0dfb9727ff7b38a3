// The second factor over HTTP, from the proposal to its removal.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { addPerson, ask, beginFor, type Person, password, signIn, startReplica } from '../test-support/people.js';

for (const { name: kind, missing, start } of databaseKinds) {
  const suite = missing === undefined ? describe : describe.skip;
  suite(missing === undefined ? kind : `${kind} (${missing})`, () => {
    let home: TestDatabase;
    let api: Awaited<ReturnType<typeof startReplica>>;
    let other: typeof api;
    /** How far the clock of the api and of the telephone is ahead, ms. A code counts once, and the next one is new. */
    let aheadMs = 0;
    const clock = () => new Date(Date.now() + aheadMs);
    let who: Person;
    let bearer: string;

    beforeAll(async () => {
      home = await start();
      api = await startReplica(home, { now: clock });
      other = await startReplica(home, { now: clock });
    });
    afterAll(async () => {
      await api?.[Symbol.asyncDispose]();
      await other?.[Symbol.asyncDispose]();
      await home?.end();
    });
    beforeEach(async () => {
      who = await addPerson(api.database.db, 'viewer');
      bearer = (await beginFor(api, who)).access;
    });

    const send = (path: string, json: object) => ask(api, 'POST', `/auth/second-factor${path}`, { json, bearer });
    const codeOf = (secret: string) =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock().getTime() });
    const nextCode = (secret: string) => {
      aheadMs += 30_000;
      return codeOf(secret);
    };

    async function propose(): Promise<string> {
      const { status, body, headers } = await send('', { password });
      expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(body.uri).toContain(body.secret);
      return body.secret;
    }

    async function setUp(): Promise<{ secret: string; recovery: string[]; used: string }> {
      const secret = await propose();
      const used = nextCode(secret);
      const { status, body } = await send('/confirm', { code: used });
      expect(status).toBe(200);
      return { secret, recovery: body.recovery_codes, used };
    }

    test('a proposal asks for the password, and is asked of nobody until it is confirmed', async () => {
      expect((await send('', { password: 'wrong' })).status).toBe(401);
      const secret = await propose();
      expect((await signIn(api, who)).status).toBe(200);
      const wrong = String((Number(codeOf(secret)) + 1) % 1_000_000).padStart(6, '0');
      expect((await send('/confirm', { code: wrong })).status).toBe(401);
      expect((await signIn(api, who)).status).toBe(200);
      // Another proposal takes the place of the first one.
      const second = await propose();
      expect((await send('/confirm', { code: nextCode(secret) })).status).toBe(401);
      expect((await send('/confirm', { code: nextCode(second) })).status).toBe(200);
      expect((await signIn(api, who)).body.code).toBe('second_factor_needed');
    });

    describe('once it is confirmed', () => {
      test('a sign-in needs a code, each of which counts once', async () => {
        const { secret, used } = await setUp();
        const without = await signIn(api, who);
        expect([without.status, without.body.code]).toEqual([401, 'second_factor_needed']);
        // What confirmed it has been used with that.
        expect((await signIn(api, who, { code: used })).status).toBe(401);
        const code = nextCode(secret);
        expect((await signIn(api, who, { code })).status).toBe(200);
        expect((await signIn(api, who, { code })).status).toBe(401);
      });

      test('of two who show the same code at the same moment, at two replicas, one gets in', async () => {
        const { secret, recovery } = await setUp();
        for (const code of [nextCode(secret), recovery[0] ?? '']) {
          const answers = await Promise.all([signIn(api, who, { code }), signIn(other, who, { code })]);
          expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
        }
      });

      test('ten recovery codes get in once each, and nobody else’s do', async () => {
        const { recovery } = await setUp();
        expect(new Set(recovery).size).toBe(10);
        const [code = ''] = recovery;
        expect((await signIn(api, who, { code })).status).toBe(200);
        expect((await signIn(api, who, { code })).status).toBe(401);
        expect((await signIn(api, who, { code: recovery[9] ?? '' })).status).toBe(200);
        const stranger = await addPerson(api.database.db, 'viewer');
        const mine = who;
        bearer = (await beginFor(api, stranger)).access;
        who = stranger;
        const others = await setUp();
        expect((await signIn(api, mine, { code: others.recovery[1] ?? '' })).status).toBe(401);
        expect((await signIn(api, stranger, { code: others.recovery[1] ?? '' })).status).toBe(200);
      });

      test('a wrong code says no more than a wrong password', async () => {
        await setUp();
        const json = { name: who.name, password: 'wrong' };
        const wrong = await ask(api, 'POST', '/auth/login', { json });
        const without = ({ status, body }: typeof wrong) => ({ status, ...body, request_id: '' });
        for (const code of ['aaaaa-aaaaa-aaaaa-aaaaa', '', '\0'])
          expect(without(await signIn(api, who, { code }))).toEqual(without(wrong));
      });

      test('another one cannot be put in its place, nor confirmed again', async () => {
        const { secret } = await setUp();
        const proposed = await send('', { password, code: nextCode(secret) });
        expect([proposed.status, proposed.body.code]).toEqual([409, 'conflict']);
        expect((await send('/confirm', { code: nextCode(secret) })).status).toBe(401);
      });

      test('changing the password asks for a code as well', async () => {
        const { secret } = await setUp();
        const json = { current: password, password: 'seven moons over a quiet tractor' };
        const without = await ask(api, 'POST', '/auth/password', { json, bearer });
        expect([without.status, without.body.code]).toEqual([401, 'second_factor_needed']);
        const withCode = { json: { ...json, code: nextCode(secret) }, bearer };
        expect((await ask(api, 'POST', '/auth/password', withCode)).status).toBe(204);
      });

      test('its removal asks for password and code; then nobody asks for one', async () => {
        const { secret, recovery } = await setUp();
        expect((await send('/remove', { password })).body.code).toBe('second_factor_needed');
        expect((await send('/remove', { password: 'wrong', code: nextCode(secret) })).status).toBe(401);
        expect((await send('/remove', { password, code: nextCode(secret) })).status).toBe(204);
        expect((await signIn(api, who)).status).toBe(200);
        // Its recovery codes have gone with it: they count for no other one.
        const next = await setUp();
        expect((await signIn(api, who, { code: recovery[3] ?? '' })).status).toBe(401);
        expect((await signIn(api, who, { code: next.recovery[3] ?? '' })).status).toBe(200);
      });

      test('an admin sees that it is there, and can take it away', async () => {
        await setUp();
        const admin = await addPerson(api.database.db, 'admin');
        const asking = { bearer: (await beginFor(api, admin)).access };
        expect((await ask(api, 'GET', `/users/${who.id}`, asking)).body.has_second_factor).toBe(true);
        const json = { has_second_factor: false };
        expect((await ask(api, 'PATCH', `/users/${who.id}`, { ...asking, json })).body.has_second_factor).toBe(false);
        expect((await signIn(api, who)).status).toBe(200);
      });
    });
  });
}
