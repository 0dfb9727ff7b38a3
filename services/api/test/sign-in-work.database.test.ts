// What a sign-in costs: the same for every name, and never the whole process.
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import bcrypt from 'bcrypt';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import {
  addPerson,
  ask,
  newName,
  otherPassword,
  type Person,
  password,
  plantBootstrap,
  startReplica,
} from '../test-support/people.js';

let home: TestDatabase;
let api: Awaited<ReturnType<typeof startReplica>>;
/** With a hash as the api makes it: here it is the work that counts. */
let hash: string;

beforeAll(async () => {
  home = await (databaseKinds[0] as (typeof databaseKinds)[number]).start();
  api = await startReplica(home);
  hash = await bcrypt.hash(password, 12);
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await home?.end();
});
afterEach(() => {
  jest.restoreAllMocks();
});

const login = (name: string, secret: string) => ask(api, 'POST', '/auth/login', { json: { name, password: secret } });

describe('a sign-in does the same work', () => {
  let known: Person;
  let disabled: Person;
  beforeAll(async () => {
    known = await addPerson(api.database.db, 'viewer', { hash });
    disabled = await addPerson(api.database.db, 'viewer', { hash });
    await api.database.db.updateTable('users').set({ is_disabled: true }).where('id', '=', disabled.id).execute();
    // The hash that nobody's password is compared with is made once.
    await login(newName('nobody'), 'wrong');
  });

  const tries: Record<string, () => [name: string, secret: string]> = {
    'for a wrong password': () => [known.name, 'wrong'],
    'for a name that nobody has': () => [newName('nobody'), 'wrong'],
    'for a name that nobody has, with a password that somebody has': () => [newName('nobody'), password],
    'for a disabled account': () => [disabled.name, password],
    'for a password longer than bcrypt reads': () => [known.name, 'x'.repeat(100)],
    'for a password with NUL': () => [known.name, `${password}\0`],
  };

  test.each(Object.keys(tries))('%s', async (what) => {
    const { passwords } = api.accounts.parts;
    const looked = jest.spyOn(passwords, 'isRight');
    const compared = jest.spyOn(bcrypt, 'compare');
    const hashed = jest.spyOn(bcrypt, 'hash');
    const [name, secret] = (tries[what] as () => [string, string])();
    expect((await login(name, secret)).status).toBe(401);
    expect(looked).toHaveBeenCalledTimes(1);
    expect(compared.mock.calls.map(([, against]) => bcrypt.getRounds(String(against)))).toEqual([12]);
    expect(hashed).not.toHaveBeenCalled();
  });
});

/** Asks /healthz one time after the other until `work` is done. */
async function healthDuring<T>(work: Promise<T>): Promise<{ done: T; answered: number; slowestMs: number }> {
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  let answered = 0;
  let slowestMs = 0;
  while (!isOver) {
    const began = performance.now();
    const response = await fetch(`${api.url}/healthz`);
    await response.arrayBuffer();
    expect(response.status).toBe(200);
    slowestMs = Math.max(slowestMs, performance.now() - began);
    answered += 1;
  }
  return { done: await over, answered, slowestMs };
}

describe('the api goes on answering', () => {
  test('while eight people sign in', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => addPerson(api.database.db, 'viewer', { hash })));
    const { done, answered, slowestMs } = await healthDuring(
      Promise.all(people.map(({ name }) => login(name, password))),
    );
    expect(done.map(({ status }) => status)).toEqual(people.map(() => 200));
    // Eight hashes take a second at least; on the main thread each would let a few requests through, or none.
    expect(answered).toBeGreaterThan(40);
    expect(slowestMs).toBeLessThan(5_000);
  });

  test('while eight people use the bootstrap secret, of whom one becomes the first admin', async () => {
    const { db } = api.database;
    const secret = await plantBootstrap(db);
    const names = Array.from({ length: 8 }, () => newName('first'));
    const all = names.map((name) =>
      ask(api, 'POST', '/auth/bootstrap', { json: { secret, name, password: otherPassword } }),
    );
    const { done, answered } = await healthDuring(Promise.all(all));
    expect(done.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 7 }, () => 401)]);
    const made = await db.selectFrom('users').select(['name', 'is_superuser']).where('name', 'in', names).execute();
    expect(made).toEqual([{ name: names[done.findIndex(({ status }) => status === 201)], is_superuser: true }]);
    expect(answered).toBeGreaterThan(40);
  });
});
