// Access tokens that are not ours, each like one of ours but for one thing. The one that lacks nothing is let in, so
// that it is that one thing.
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, type JWTHeaderParameters, SignJWT } from 'jose';
import { newId } from '../src/new-id.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { addPerson, ask, beginFor, startReplica } from '../test-support/people.js';

type Claims = Record<string, unknown>;

let home: TestDatabase;
let api: Awaited<ReturnType<typeof startReplica>>;
let header: JWTHeaderParameters;
let claims: Claims;
let key: KeyObject;

beforeAll(async () => {
  home = await (databaseKinds[0] as (typeof databaseKinds)[number]).start();
  api = await startReplica(home, { config: { anonymous: 'off' } });
  const { access } = await beginFor(api, await addPerson(api.database.db, 'admin'));
  const read = (text = '') => JSON.parse(Buffer.from(text, 'base64url').toString());
  const [head, body] = access.split('.');
  header = read(head);
  claims = read(body);
  ({ key } = await api.accounts.tokens.keys.signer());
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await home?.end();
});

const now = () => Math.floor(Date.now() / 1000);
const sign = (body: Claims, head: JWTHeaderParameters, by: KeyObject | Uint8Array = key) =>
  new SignJWT(body).setProtectedHeader(head).sign(by);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const without = <T extends object>(from: T, name: string) =>
  Object.fromEntries(Object.entries(from).filter(([each]) => each !== name)) as T;
const heard = async (bearer: string) => (await ask(api, 'GET', '/auth/me', { bearer })).status;

/** The public part as whoever knows it may write it. */
const publicParts: Record<string, () => Buffer> = {
  'SPKI, DER': () => createPublicKey(key).export({ format: 'der', type: 'spki' }),
  'SPKI, PEM': () => Buffer.from(createPublicKey(key).export({ format: 'pem', type: 'spki' })),
  'as it lies in the database': () =>
    Buffer.from(createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64')),
  'its 32 bytes': () => Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x as string, 'base64url'),
};

const forged: Record<string, () => Promise<string>> = {
  ...Object.fromEntries(
    Object.entries(publicParts).map(([form, secret]) => [
      `HS256 with the public key as its secret: ${form}`,
      () => sign(claims, { ...header, alg: 'HS256' }, secret()),
    ]),
  ),
  ...Object.fromEntries(
    ['none', 'None', 'NONE', ''].map((alg) => [
      `alg "${alg}" without a signature`,
      async () => `${part({ ...header, alg })}.${part(claims)}.`,
    ]),
  ),
  async 'alg "none" with the signature of a good one'() {
    const signature = (await sign(claims, header)).split('.')[2];
    return `${part({ ...header, alg: 'none' })}.${part(claims)}.${signature}`;
  },
  async 'an empty signature'() {
    return `${part(header)}.${part(claims)}.`;
  },
  async 'claims that were changed behind the signature'() {
    const [head, , signature] = (await sign(claims, header)).split('.');
    return `${head}.${part({ ...claims, exp: now() + 800 })}.${signature}`;
  },
  ...Object.fromEntries(
    ['exp', 'iat', 'sid', 'sub', 'jti', 'iss', 'aud'].map((name) => [
      `no ${name}`,
      () => sign(without(claims, name), header),
    ]),
  ),
  'no typ': () => sign(claims, without(header, 'typ')),
  'no kid': () => sign(claims, without(header, 'kid')),
  'another typ': () => sign(claims, { ...header, typ: 'JWT' }),
  'a kid that there is not': () => sign(claims, { ...header, kid: newId() }),
  'a kid that is no id': () => sign(claims, { ...header, kid: "' or true --" }),
  'a kid that is no text': async () => {
    const [, body, signature] = (await sign(claims, header)).split('.');
    return `${part({ ...header, kid: [header.kid] })}.${body}.${signature}`;
  },
  async 'the kid of another key of ours'() {
    const { publicKey } = generateKeyPairSync('ed25519');
    const kid = newId();
    const public_key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    // Older, so that it is not the one to sign with.
    const created_at = new Date(Date.now() - 86_400_000);
    await api.database.db.insertInto('signing_keys').values({ kid, public_key, sealed_key: '', created_at }).execute();
    return sign(claims, { ...header, kid });
  },
  async 'a key of ours that is too old to be known'() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const kid = newId();
    const public_key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const created_at = new Date(Date.now() - 32 * 86_400_000);
    await api.database.db.insertInto('signing_keys').values({ kid, public_key, sealed_key: '', created_at }).execute();
    return sign(claims, { ...header, kid }, privateKey);
  },
  'another key': () => sign(claims, header, generateKeyPairSync('ed25519').privateKey),
  async 'another key that it brings along'() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    return sign(claims, { ...header, jwk: await exportJWK(publicKey) }, privateKey);
  },
  'another issuer': () => sign({ ...claims, iss: 'somebody' }, header),
  'another audience': () => sign({ ...claims, aud: 'another-api' }, header),
  'an end that has been': () => sign({ ...claims, exp: now() - 60 }, header),
  'an end far away, and a beginning longer ago than tokens live': () =>
    sign({ ...claims, iat: now() - 1000, exp: now() + 86_400 }, header),
  'a beginning in the future': () => sign({ ...claims, iat: now() + 600, exp: now() + 900 }, header),
  'a time from which on it counts, in the future': () => sign({ ...claims, nbf: now() + 600 }, header),
  'a session that there is not': () => sign({ ...claims, sid: newId() }, header),
  "somebody else's session": async () =>
    sign({ ...claims, sid: (await beginFor(api, await addPerson(api.database.db, 'viewer'))).sessionId }, header),
  'somebody else as its subject': async () =>
    sign({ ...claims, sub: (await addPerson(api.database.db, 'admin')).id }, header),
  'a session that is a list': () => sign({ ...claims, sid: [claims.sid] }, header),
};

test('the one that lacks nothing is let in', async () => {
  expect(await heard(await sign(claims, header))).toBe(200);
  const rest = { jti: newId(), iat: now(), exp: now() + 900 };
  expect(await heard(await sign({ ...claims, ...rest }, header))).toBe(200);
});

describe('401 for one of ours but for', () => {
  test.each(Object.keys(forged))('%s', async (what) => {
    expect(await heard(await (forged[what] as () => Promise<string>)())).toBe(401);
    // It was that, and nothing that has happened meanwhile.
    expect(await heard(await sign(claims, header))).toBe(200);
  });
});
