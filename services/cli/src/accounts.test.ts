import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runProgram } from './program.js';
import { type FakeAnswer, problemAnswer, startFakeApi } from './test-support/fake-api.js';
import { recordOutput } from './test-support/recorded-output.js';

const password = 'violet tractor under seven moons';
let directory: string;
let passwordFile: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'astrogate-cli-'));
  passwordFile = join(directory, 'password');
  writeFileSync(passwordFile, `${password}\n`);
  process.env.ASTROGATE_OWNER_FILE = join(directory, 'config', 'owner');
});
afterEach(() => {
  delete process.env.ASTROGATE_OWNER_FILE;
  delete process.env.ASTROGATE_API_KEY_FILE;
  rmSync(directory, { recursive: true });
});

const login = 'POST /api/v1/auth/login';
const signedIn: FakeAnswer = { body: { access_token: 'token-1', token_type: 'Bearer', expires_in: 900 } };
const key = {
  ...{ id: 'k1', name: 'script', prefix: 'ag_1', scopes: ['solve', 'read'] },
  ...{ created_at: '2026-01-01T00:00:00.000Z', expires_at: '2026-04-01T00:00:00.000Z', last_used_at: null },
};
const user = {
  ...{ id: 'u1', name: 'bob', role: 'operator', is_superuser: false, is_disabled: false, has_second_factor: false },
  created_at: '2026-01-01T00:00:00.000Z',
};

async function run(answers: Record<string, FakeAnswer>, ...commands: string[][]) {
  await using api = await startFakeApi(answers);
  const recorded = recordOutput();
  let code = -1;
  for (const args of commands)
    code = await runProgram([...args, '--server', api.url], recorded.output, new AbortController().signal);
  return { code, out: recorded.out(), err: recorded.err(), requests: api.requests };
}

describe('astrogate login', () => {
  const answers = {
    [login]: signedIn,
    'POST /api/v1/keys': { status: 201, body: { ...key, key: 'ag_1_secret' } },
    'GET /api/v1/keys': { body: { keys: [key] } },
  };

  test('keeps an API key for the server alone, in a file of its owner', async () => {
    const args = ['login', '--name', 'ada', '--password-file', passwordFile, '--code', '123456'];
    const { code, out, requests } = await run(answers, args, ['keys']);
    expect(code).toBe(0);
    expect(requests.map(({ what }) => what)).toEqual([login, 'POST /api/v1/keys', 'GET /api/v1/keys']);
    expect(requests[0]?.json).toEqual({ name: 'ada', password, code: '123456' });
    expect(requests[1]?.json).toMatchObject({ scopes: ['solve', 'read'], days: 90 });
    expect(requests[1]?.headers.authorization).toBe('Bearer token-1');
    expect(requests[2]?.headers.authorization).toBe('Bearer ag_1_secret');
    expect(out).not.toContain('ag_1_secret');
    const file = join(directory, 'config', 'keys.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(password);
    // Another server hears nothing of it.
    const other = await run({ 'GET /api/v1/keys': { body: { keys: [] } } }, ['keys']);
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
  });

  test('says what is needed when the account has a second factor', async () => {
    const needed = problemAnswer(401, 'second_factor_needed', 'The code of the second factor is needed as well');
    const args = ['login', '--name', 'ada', '--password-file', passwordFile];
    const { code, err } = await run({ [login]: needed }, args);
    expect(code).toBe(3);
    expect(err).toContain('--code');
  });

  test('asks nobody where there is no terminal', async () => {
    const { code, err, requests } = await run(answers, ['login', '--name', 'ada']);
    expect([code, requests.length]).toEqual([2, 0]);
    expect(err).toContain('--password-file');
  });
});

test('the key of ASTROGATE_API_KEY_FILE is sent instead', async () => {
  process.env.ASTROGATE_API_KEY_FILE = join(directory, 'key');
  writeFileSync(process.env.ASTROGATE_API_KEY_FILE, 'ag_2_secret\n');
  const { out, requests } = await run({ 'GET /api/v1/keys': { body: { keys: [key] } } }, ['keys', 'list']);
  expect(requests[0]?.headers.authorization).toBe('Bearer ag_2_secret');
  expect(out).toContain('k1');
  expect(out).toContain('never');
  rmSync(process.env.ASTROGATE_API_KEY_FILE);
  const missing = await run({}, ['keys']);
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('ASTROGATE_API_KEY_FILE cannot be read')]);
});

test('keys are made and removed by a person', async () => {
  const answers = {
    [login]: signedIn,
    'POST /api/v1/keys': { status: 201, body: { ...key, key: 'ag_1_secret' } },
    'DELETE /api/v1/keys/k1': { status: 204 },
  };
  const person = ['--name', 'ada', '--password-file', passwordFile];
  const add = ['keys', 'add', 'telescope', '--scopes', 'solve', '--days', '7', ...person];
  const { code, out, requests } = await run(answers, add, ['keys', 'remove', 'k1', ...person]);
  expect([code, out]).toEqual([0, 'ag_1_secret\nk1: removed\n']);
  expect(requests[1]?.json).toEqual({ name: 'telescope', scopes: ['solve'], days: 7 });
  expect(requests[3]?.headers.authorization).toBe('Bearer token-1');
});

test('users are made, changed and removed', async () => {
  const answers = {
    [login]: signedIn,
    'POST /api/v1/auth/bootstrap': { status: 201, body: { id: 'u0' } },
    'POST /api/v1/users': { status: 201, body: user },
    'PATCH /api/v1/users/u1': { body: { ...user, is_disabled: true } },
    'GET /api/v1/users': { body: { users: [user] } },
    'DELETE /api/v1/users/u1': { status: 204 },
  };
  const person = ['--name', 'ada', '--password-file', passwordFile];
  const signIn = { name: 'ada', password };
  const secretFile = join(directory, 'secret');
  writeFileSync(secretFile, 'agb_secret');
  const { code, out, requests } = await run(
    answers,
    ['users', 'bootstrap', '--name', 'root', '--secret-file', secretFile, '--password-file', passwordFile],
    ['users', 'add', 'bob', '--role', 'operator', ...person, '--new-password-file', passwordFile],
    ['users', 'change', 'bob', '--disabled', 'yes', '--without-second-factor', ...person],
    ['users'],
    ['users', 'remove', 'BOB', ...person],
  );
  expect(code).toBe(0);
  expect(requests.map(({ json }) => json)).toEqual([
    { secret: 'agb_secret', name: 'root', password },
    signIn,
    { name: 'bob', password, role: 'operator', is_superuser: false },
    signIn,
    undefined,
    { is_disabled: true, has_second_factor: false },
    undefined,
    signIn,
    undefined,
    undefined,
  ]);
  expect(out).toContain('operator');
  expect(out).not.toContain(password);
});

test('an account that there is not is named, and nothing is changed', async () => {
  const answers = { [login]: signedIn, 'GET /api/v1/users': { body: { users: [user] } } };
  const person = ['--name', 'ada', '--password-file', passwordFile];
  const { code, err, requests } = await run(answers, ['users', 'remove', 'nobody', ...person]);
  expect([code, err]).toEqual([2, expect.stringContaining('There is no account nobody')]);
  expect(requests).toHaveLength(2);
});
