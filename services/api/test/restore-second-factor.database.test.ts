// A restore ordered by somebody with a second factor, with the command line against the real api: signing in takes one
// code, the order another one. The command is the built one; `npm test` and `npm run check` build it.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import type { SystemJobView } from '../src/http/system-job-view.js';
import { AdminApi, adminName, adminPassword } from '../test-support/admin-api.js';
import { FakeTargets } from '../test-support/fake-targets.js';
import { until } from '../test-support/running-api.js';

// Passwords are hashed as slowly as in earnest.
jest.setTimeout(120_000);

const program = join(import.meta.dirname, '../../cli/bin/astrogate.js');

let home: string;
let api: AdminApi;
let secret: string;
let backupId: string;
/** How far the clock of the api and of the telephone is ahead, ms. Each code counts once, and the next one is new. */
let aheadMs = 0;
const now = () => new Date(Date.now() + aheadMs);

function nextCode(): string {
  aheadMs += 30_000;
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now().getTime() });
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'astrogate-restore-factor-'));
  writeFileSync(join(home, 'password'), `${adminPassword}\n`);
  api = await AdminApi.start({ place: { stateDir: join(home, 'state') }, home, targets: new FakeTargets(), now });
  const proposal = api.ask('POST', '/auth/second-factor', { password: adminPassword });
  ({ secret } = await api.read<{ secret: string }>(proposal));
  await api.read(api.ask('POST', '/auth/second-factor/confirm', { code: nextCode() }));
  const { id } = await api.read<SystemJobView>(api.ask('POST', '/system/backups'), 202);
  backupId = (await api.ended(id)).backup_id as string;
  await api.read(api.ask('POST', '/users', { name: 'later', password: 'another long password 17' }), 201);
});
afterAll(async () => {
  await api?.close();
  rmSync(home, { recursive: true, force: true });
});

/** As somebody at no terminal, who is asked nothing. */
function restore(...more: string[]): Promise<{ code: number; said: string }> {
  const options = ['--name', adminName, '--password-file', join(home, 'password'), '--confirm', `restore ${backupId}`];
  const env = { HOME: home, PATH: process.env.PATH, ASTROGATE_URL: api.url };
  return new Promise((resolve) => {
    const args = [program, 'admin', 'restore', backupId, ...options, ...more];
    execFile(process.execPath, args, { env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: out + err }),
    ).stdin?.end();
  });
}

test('without a second code, or with the one that has signed in, nothing begins', async () => {
  expect(await restore('--code', nextCode())).toMatchObject({
    code: 3,
    said: expect.stringContaining('second_factor'),
  });
  const used = nextCode();
  expect(await restore('--code', used, '--confirm-code', used)).toMatchObject({
    ...{ code: 3, said: expect.stringContaining('unauthenticated') },
  });
  const { jobs } = await api.read<{ jobs: SystemJobView[] }>(api.ask('GET', '/system/jobs'));
  expect(jobs.map(({ kind }) => kind)).toEqual(['backup']);
});

test('with another code it is restored, and whoever has a second factor needs it afterwards, too', async () => {
  const first = nextCode();
  const { said } = await restore('--code', first, '--confirm-code', nextCode());
  expect(said).toContain('hold-safety-backup: done');
  const login = { name: adminName, password: adminPassword };
  await until(async () => (await api.ask('GET', '/auth/me')).status === 401);
  expect(await api.codeOf(api.ask('POST', '/auth/login', login))).toEqual([401, 'second_factor_needed']);
  const signedIn = api.ask('POST', '/auth/login', { ...login, code: nextCode() });
  const { access_token: token } = await api.read<{ access_token: string }>(signedIn);
  const answer = await fetch(`${api.url}/api/v1/system/jobs`, { headers: { authorization: `Bearer ${token}` } });
  const { jobs } = (await answer.json()) as { jobs: SystemJobView[] };
  expect(jobs.length).toBe(2);
  expect(jobs[0]).toMatchObject({ kind: 'restore', status: 'done' });
});
