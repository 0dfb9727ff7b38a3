// The command line against a real api on a real database: signing in, accounts, keys, and the audit log with what its
// check finds. The command is the built one; `npm test` and `npm run check` build it.
import { execFile } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@astrogate/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { derivedAuditKey } from '../src/audit/checkpoint-key.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { addPerson, ask, newName, otherPassword, type Person, password, startReplica } from '../test-support/people.js';

const program = join(import.meta.dirname, '../../cli/bin/astrogate.js');

let home: TestDatabase;
let api: Awaited<ReturnType<typeof startReplica>>;
let directory: string;
let person: Person;
let passwordFile: string;
let newPasswordFile: string;
let apiLog: string;

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as somebody whose home is `directory`, with nothing of our own environment. */
function run(...args: string[]): Promise<Run> {
  const env = { HOME: directory, PATH: process.env.PATH, ASTROGATE_URL: api.url };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err });
    });
    child.stdin?.end();
  });
}

async function json(...args: string[]) {
  const { code, out, err } = await run(...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}

beforeAll(async () => {
  home = await (databaseKinds[0] as (typeof databaseKinds)[number]).start();
});
afterAll(() => home?.end());
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'astrogate-home-'));
  passwordFile = join(directory, 'password');
  newPasswordFile = join(directory, 'new-password');
  apiLog = join(directory, 'api.log');
  writeFileSync(passwordFile, `${password}\n`);
  writeFileSync(newPasswordFile, `${otherPassword}\n`);
  api = await startReplica(home, { config: { anonymous: 'off' }, log });
  person = await addPerson(api.database.db, 'admin', { isSuperuser: true });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** Everything that it says stands in a file as well, as whoever keeps logs has it. */
const log = createLogger('api', 'error', { write: (line) => appendFileSync(apiLog, line) });

const asPerson = () => ['--name', person.name, '--password-file', passwordFile];
const keysFile = () => join(directory, '.config/astrogate/keys.json');
const loginAsAdmin = () => json('login', '--admin', ...asPerson());

describe('astrogate login', () => {
  test('--admin keeps a key that does what admins do with keys, for its owner alone', async () => {
    expect((await run('users', 'list')).code).toBe(3);
    const { out, err } = await run('login', '--admin', ...asPerson());
    expect(out + err).toContain(keysFile());
    expect(statSync(keysFile()).mode & 0o777).toBe(0o600);
    const kept = JSON.parse(readFileSync(keysFile(), 'utf8'));
    expect(Object.keys(kept)).toEqual([api.url]);
    expect(out + err).not.toContain(kept[api.url]);
    const { body } = await ask(api, 'GET', '/auth/me', { bearer: kept[api.url] });
    expect(body).toMatchObject({ id: person.id, signed_in_with: 'key', scopes: ['solve', 'read', 'admin'] });
    expect((await json('users', 'list')).users).toContainEqual(expect.objectContaining({ name: person.name }));
  });

  test('without it the key reads and solves, and no more', async () => {
    await json('login', ...asPerson());
    expect((await json('keys', 'list')).keys).toMatchObject([{ scopes: ['solve', 'read'] }]);
    const { code, err } = await run('users', 'list');
    expect([code, err]).toEqual([3, expect.stringContaining('forbidden')]);
  });

  test('with a wrong password keeps nothing, and says why', async () => {
    const { code, err } = await run('login', '--name', person.name, '--password-file', newPasswordFile);
    expect([code, err]).toEqual([3, expect.stringContaining('unauthenticated')]);
    expect(() => statSync(keysFile())).toThrow('ENOENT');
  });
});

describe('astrogate users', () => {
  const add = (name: string) =>
    json('users', 'add', name, '--role', 'operator', '--new-password-file', newPasswordFile, ...asPerson());

  test('add makes an account that can sign in, and list shows it', async () => {
    await loginAsAdmin();
    const name = newName('bob');
    const made = await add(name);
    expect(made).toMatchObject({ name, role: 'operator', is_superuser: false, is_disabled: false });
    expect((await json('users', 'list')).users).toContainEqual(made);
    const { out } = await run('users', 'list');
    expect(out).toMatch(new RegExp(`${made.id} +${name} +operator`));
    expect((await run('login', '--name', name, '--password-file', newPasswordFile)).code).toBe(0);
  });

  test('change, password and remove take a name, and do what they say', async () => {
    const name = newName('bob');
    await add(name);
    const changed = await json('users', 'change', name, '--role', 'viewer', '--disabled', 'yes', ...asPerson());
    expect(changed).toMatchObject({ name, role: 'viewer', is_disabled: true });
    expect((await run('login', '--name', name, '--password-file', newPasswordFile)).code).toBe(3);
    await json('users', 'change', name, '--disabled', 'no', ...asPerson());
    writeFileSync(newPasswordFile, `${otherPassword} again\n`);
    await json('users', 'password', name, '--new-password-file', newPasswordFile, ...asPerson());
    expect((await run('login', '--name', name, '--password-file', newPasswordFile)).code).toBe(0);
    expect((await run('users', 'remove', name, ...asPerson())).code).toBe(0);
    expect((await run('users', 'remove', name, ...asPerson())).code).toBe(2);
    const rows = api.database.db.selectFrom('users').select('id').where('name', '=', name);
    expect(await rows.execute()).toEqual([]);
  });

  test('changing them needs a person: the key that is kept is not enough', async () => {
    await loginAsAdmin();
    const name = newName('bob');
    const { code, err } = await run('users', 'add', name, '--new-password-file', newPasswordFile);
    expect([code, err]).toEqual([2, expect.stringContaining('--name')]);
    const rows = api.database.db.selectFrom('users').select('id').where('name', '=', name);
    expect(await rows.execute()).toEqual([]);
  });
});

test('astrogate keys add, list and remove: the key is shown once, works, is listed, and works no more', async () => {
  await loginAsAdmin();
  const { code, out } = await run('keys', 'add', 'telescope', '--scopes', 'read', '--days', '7', ...asPerson());
  expect([code, out]).toEqual([0, expect.stringMatching(/^ag_\S+\n$/)]);
  const bearer = out.trim();
  const works = async () => (await ask(api, 'GET', '/auth/me', { bearer })).status;
  expect(await works()).toBe(200);
  const { keys } = await json('keys', 'list');
  const listed = keys.find((key: { name: string }) => key.name === 'telescope');
  expect(listed).toMatchObject({ scopes: ['read'], last_used_at: expect.any(String) });
  const shown = await run('keys', 'list');
  expect(shown.out).toContain('telescope');
  expect(shown.out).not.toContain(bearer);
  expect((await run('keys', 'remove', listed.id, ...asPerson())).code).toBe(0);
  expect(await works()).toBe(401);
  expect((await run('keys', 'remove', listed.id, ...asPerson())).code).toBe(3);
});

describe('astrogate audit', () => {
  beforeEach(async () => {
    await loginAsAdmin();
  });

  test('list shows who did what, newest first, as it is looked for', async () => {
    await run('users', 'remove', (await addPerson(api.database.db, 'viewer')).name, ...asPerson());
    const { rows } = await json('audit', 'list', '--actor', `user:${person.id}`, '--limit', '3');
    expect(rows.map(({ act }: { act: string }) => act)).toEqual(['user.remove', 'session.begin', 'key.create']);
    const { out } = await run('audit', 'list', '--act', 'user.remove', '--actor', `user:${person.id}`);
    expect(out).toContain('user.remove');
    expect(out).not.toContain('session.begin');
    expect((await run('audit', 'list', '--act', 'nonsense')).code).toBe(3);
  });

  test('export writes every row, of which verify finds each that was changed, without the server', async () => {
    const file = join(directory, 'audit.jsonl');
    expect((await run('audit', 'export', '--output', file)).code).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ act: 'audit.export', seq: lines.length });
    expect((await run('audit', 'export')).out.trimEnd().split('\n').slice(0, lines.length)).toEqual(lines);
    expect((await run('audit', 'verify', '--file', file)).code).toBe(0);
    const forged = lines.map((line, i) =>
      i === 1 ? line.replace(/"address":"[^"]*"/, '"address":"192.0.2.9"') : line,
    );
    writeFileSync(file, `${forged.join('\n')}\n`);
    const found = await run('audit', 'verify', '--file', file);
    expect([found.code, found.out]).toEqual([1, expect.stringContaining('changed 2')]);
  });

  test('verify with the log of the api and its key finds an end that was cut off, and without them cannot', async () => {
    const key = join(directory, 'audit-public.pem');
    const signer = derivedAuditKey(api.accounts.parts.masterKey);
    writeFileSync(key, createPublicKey(signer).export({ format: 'pem', type: 'spki' }));
    // At its end an api writes down how far the log has come; another one goes on with the same database.
    await api[Symbol.asyncDispose]();
    api = await startReplica(home, { config: { anonymous: 'off' }, log: createLogger('api', 'silent') });
    const kept = JSON.parse(readFileSync(keysFile(), 'utf8'));
    writeFileSync(keysFile(), JSON.stringify({ [api.url]: Object.values(kept)[0] }));
    const vouched = ['--checkpoints', apiLog, '--key', key];
    const whole = await json('audit', 'verify', ...vouched);
    expect(whole).toMatchObject({ findings: [], checkedTo: expect.any(Number) });
    expect(whole.checkedTo).toBeGreaterThan(0);
    await api.database.db.connection().execute(async (connection) => {
      await sql`alter table audit_log disable trigger audit_log_stands`.execute(connection);
      await sql`delete from audit_log where seq > ${whole.checkedTo - 2}`.execute(connection);
      await sql`alter table audit_log enable always trigger audit_log_stands`.execute(connection);
    });
    expect((await run('audit', 'verify')).code).toBe(0);
    const found = await run('audit', 'verify', ...vouched);
    expect([found.code, found.out]).toEqual([1, expect.stringContaining(`rewritten ${whole.checkedTo}`)]);
    // A checkpoint that somebody else has signed is none.
    const strangers = derivedAuditKey(Buffer.alloc(32, 1));
    writeFileSync(key, createPublicKey(strangers).export({ format: 'pem', type: 'spki' }));
    const bad = await run('audit', 'verify', ...vouched);
    expect([bad.code, bad.out]).toEqual([1, expect.stringContaining('bad_checkpoint')]);
  });

  test('is for admins', async () => {
    const viewer = await addPerson(api.database.db, 'viewer');
    expect((await run('login', '--name', viewer.name, '--password-file', passwordFile)).code).toBe(0);
    for (const what of ['list', 'export', 'verify']) {
      const { code, out } = await run('audit', what);
      expect([code, out]).toEqual([3, '']);
    }
  });
});
