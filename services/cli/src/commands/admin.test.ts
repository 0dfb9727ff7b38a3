import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Backup, SystemJob } from '../http/system.js';
import { runProgram } from '../program.js';
import { eventsAnswer, type FakeAnswer, problemAnswer, startFakeApi } from '../test-support/fake-api.js';
import { recordOutput } from '../test-support/recorded-output.js';

const id = 'b'.repeat(32);
const backup: Backup = {
  ...{ id, made_at: '2026-01-31T12:00:00.000Z', kind: 'manual', state: 'good', bytes: 7 },
  ...{ sha256: null, parts: ['database', 'files'], made_by: 'user:u1' },
};
const step = { name: 'make', status: 'running', seconds: null, note: '', undone: false };
const running: SystemJob = {
  ...{ id: 'j1', kind: 'backup', status: 'running', actor: 'user:u1', created_at: '2026-01-31T12:00:00.000Z' },
  ...{ finished_at: null, steps: [step], waiting: null, failure: null, backup_id: id },
};
const done: SystemJob = {
  ...{ ...running, status: 'done', finished_at: '2026-01-31T12:00:09.000Z' },
  steps: [{ ...step, status: 'done', seconds: 1.25, note: 'backup is good' }],
};
const failed: SystemJob = {
  ...{ ...done, status: 'failed', failure: { step: 'make', code: 'storage_full', detail: 'There is no room' } },
};
const waiting: SystemJob = {
  ...{ ...running, kind: 'restore', status: 'waiting_for_operator' },
  waiting: { why: 'Vault is sealed', commands: ['docker compose restart vault'] },
};
const login = { 'POST /api/v1/auth/login': { body: { access_token: 'token-1' } } };
const events = (...jobs: SystemJob[]) =>
  eventsAnswer(
    ...jobs.map((job, at): [number, string, unknown] => [at + 1, job.finished_at ? 'ended' : 'status', job]),
  );

let directory: string;
let me: string[];
const path = (name: string) => join(directory, name);
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'astrogate-cli-admin-'));
  writeFileSync(path('password'), 'correct horse\n');
  writeFileSync(path('keys'), 'key-1\n key-2\n\n');
  writeFileSync(path('it.backup'), 'content');
  me = ['--name', 'jane', '--password-file', path('password')];
});
afterAll(() => rmSync(directory, { recursive: true }));

async function run(answers: Record<string, FakeAnswer | FakeAnswer[]>, args: string[]) {
  await using api = await startFakeApi({ ...login, ...answers });
  const recorded = recordOutput();
  const code = await runProgram(['admin', ...args, '--server', api.url], recorded.output, new AbortController().signal);
  return { code, out: recorded.out(), err: recorded.err(), requests: api.requests };
}

describe('astrogate admin backup', () => {
  test('says what happens until the backup is made', async () => {
    const answers = {
      'POST /api/v1/system/backups': { status: 202, body: running },
      'GET /api/v1/system/jobs/j1': events(running, done),
    };
    const { code, out, err, requests } = await run(answers, ['backup', ...me, '--parts', 'app']);
    expect(code).toBe(0);
    expect(err).toBe('job j1; Ctrl-C leaves it running\n');
    expect(out).toContain('make: running\nmake: done (backup is good)\nbackup j1\n');
    expect(out).toContain(`Backup  ${id}`);
    const order = requests.find(({ what }) => what === 'POST /api/v1/system/backups');
    expect(order?.json).toEqual({ parts: ['app'] });
    expect(order?.headers.authorization).toBe('Bearer token-1');
  });

  test('a job that failed is exit code 3, and says why', async () => {
    const answers = {
      'POST /api/v1/system/backups': { status: 202, body: running },
      'GET /api/v1/system/jobs/j1': events(running, failed),
    };
    const { code, out } = await run(answers, ['backup', ...me]);
    expect(code).toBe(3);
    expect(out).toContain('Failed  make: There is no room (storage_full)');
  });

  test('--dry-run says what would happen, --detach and --json what was begun', async () => {
    const dry = {
      dry_run: true,
      steps: ['make', 'retention'],
      point_of_no_return: 'retention',
      effects: ['It helps.'],
    };
    const tried = await run({ 'POST /api/v1/system/backups?dry_run=true': { body: dry } }, [
      'backup',
      ...me,
      '--dry-run',
    ]);
    expect([tried.code, tried.out]).toEqual([
      0,
      'Nothing was done.\nIt helps.\nThe job would do:\n  1. make\n  2. retention  (from here on it cannot be undone)\n',
    ]);
    const answers = { 'POST /api/v1/system/backups': { status: 202, body: running } };
    const begun = await run(answers, ['backup', ...me, '--detach', '--json']);
    expect([begun.code, JSON.parse(begun.out)]).toEqual([0, running]);
  });

  test('another job is active: exit code 3 and what to do', async () => {
    const answers = {
      'POST /api/v1/system/backups': problemAnswer(409, 'system_job_active', 'The restore job j0 has not ended'),
    };
    const { code, err } = await run(answers, ['backup', ...me]);
    expect(code).toBe(3);
    expect(err).toContain('wait until the other job has ended, or cancel it');
  });
});

describe('astrogate admin restore', () => {
  const order = `POST /api/v1/system/backups/${id}/restore`;

  test('asks for the phrase, and gives password and keys for this job', async () => {
    const answers = {
      [order]: { status: 202, body: { ...running, kind: 'restore' } },
      'GET /api/v1/system/jobs/j1': events({ ...done, kind: 'restore' }),
    };
    const without = await run(answers, ['restore', id, ...me]);
    expect([without.code, without.err]).toEqual([2, expect.stringContaining(`--confirm "restore ${id}"`)]);
    const keys = ['--unseal-keys-file', path('keys'), '--confirm', `restore ${id}`];
    const { code, requests } = await run(answers, ['restore', id, ...me, ...keys]);
    expect(code).toBe(0);
    expect(requests.find(({ what }) => what === order)?.json).toEqual({
      ...{ password: 'correct horse', phrase: `restore ${id}`, unseal_keys: ['key-1', 'key-2'] },
    });
  });

  test('where nobody sits at a terminal, a job that waits for a person is left with exit code 1', async () => {
    const answers = { [order]: { status: 202, body: waiting }, 'GET /api/v1/system/jobs/j1': events(waiting) };
    const confirm = ['--keys-later', '--confirm', `restore ${id}`];
    const { code, out, requests } = await run(answers, ['restore', id, ...me, ...confirm]);
    expect(code).toBe(1);
    expect(requests.find(({ what }) => what === order)?.json).toMatchObject({ keys_later: true });
    expect(out).toContain(
      'The job waits for you: Vault is sealed\n  docker compose restart vault\nthen, unless it goes on by itself: astrogate admin continue j1\n',
    );
    expect(out.match(/waits for you/g)).toHaveLength(1);
  });

  test('continue gives the keys and follows', async () => {
    const answers = {
      'POST /api/v1/system/jobs/j1/continue': { status: 202, body: waiting },
      'GET /api/v1/system/jobs/j1': events(done),
    };
    const { code, requests } = await run(answers, ['continue', 'j1', ...me, '--unseal-keys-file', path('keys')]);
    expect(code).toBe(0);
    expect(requests.find(({ what }) => what.endsWith('continue'))?.json).toEqual({ unseal_keys: ['key-1', 'key-2'] });
    const { requests: left } = await run(answers, ['continue', 'j1', ...me, '--leave-vault']);
    expect(left.find(({ what }) => what.endsWith('continue'))?.json).toEqual({
      leave_vault: true,
      password: 'correct horse',
    });
  });
});

describe('astrogate admin backups', () => {
  test('lists them', async () => {
    const { code, out } = await run({ 'GET /api/v1/system/backups': { body: { backups: [backup] } } }, ['backups']);
    expect(code).toBe(0);
    expect(out).toContain(`${id}  2026-01-31 12:00:00  manual  good   database,files      7  user:u1`);
  });

  test('download writes a file for its owner alone, when all of it has come', async () => {
    const content = Buffer.from('content');
    const etag = `"${createHash('sha256').update(content).digest('hex')}"`;
    const answer = (tag: string) => ({
      [`GET /api/v1/system/backups/${id}/archive`]: {
        headers: { etag: tag, 'content-type': 'application/octet-stream' },
        body: content,
      },
    });
    const file = path('fetched.backup');
    const { code } = await run(answer(etag), ['backups', 'download', id, '--output', file]);
    expect([code, readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([0, 'content', 0o600]);
    const damaged = await run(answer(`"${'0'.repeat(64)}"`), ['backups', 'download', id, '--output', path('damaged')]);
    expect([damaged.code, existsSync(path('damaged')), existsSync(path('damaged.part'))]).toEqual([3, false, false]);
  });

  test('upload sends the file with its length; verify and delete name it', async () => {
    const answers = {
      'POST /api/v1/system/backups/upload': { status: 201, body: backup },
      [`POST /api/v1/system/backups/${id}/verify`]: { body: backup },
      [`DELETE /api/v1/system/backups/${id}`]: { status: 204 },
    };
    const sent = await run(answers, ['backups', 'upload', path('it.backup'), ...me]);
    const upload = sent.requests.at(-1);
    expect([sent.code, upload?.headers['content-type'], upload?.headers['content-length']]).toEqual([
      ...[0, 'application/octet-stream', '7'],
    ]);
    expect((await run(answers, ['backups', 'verify', id, ...me])).code).toBe(0);
    const removed = await run(answers, ['backups', 'delete', id, ...me, '--confirm', `delete ${id}`]);
    expect([removed.code, removed.out]).toEqual([0, `${id}: deleted\n`]);
    expect(removed.requests.at(-1)?.json).toEqual({ password: 'correct horse', phrase: `delete ${id}` });
  });

  test.each([
    ['a file that is not there', ['backups', 'upload', '/not/there'], 'cannot be read (ENOENT)'],
    ['parts that there are not', ['backup', '--parts', 'app,moon'], '--parts takes'],
    ['a file without keys', ['continue', 'j1', '--unseal-keys-file', '/not/there'], 'cannot be read (ENOENT)'],
  ])('refuses %s as wrong usage', async (_what, args, expected) => {
    const { code, err } = await run({}, [...args, ...me]);
    expect([code, err]).toEqual([2, expect.stringContaining(expected)]);
  });
});

describe('astrogate admin reset', () => {
  test('asks for the phrase of its scope, and sends what was asked for', async () => {
    const answers = {
      'POST /api/v1/system/reset': { status: 202, body: { ...running, kind: 'reset' } },
      'GET /api/v1/system/jobs/j1': events({ ...done, kind: 'reset' }),
    };
    const without = await run(answers, ['reset', 'full', ...me]);
    expect([without.code, without.err]).toEqual([2, expect.stringContaining('--confirm "reset full"')]);
    const confirm = ['--no-safety-backup', '--unseal-keys-file', path('keys'), '--confirm', 'reset full'];
    const { code, requests } = await run(answers, ['reset', 'full', ...me, ...confirm]);
    expect(code).toBe(0);
    expect(requests.find(({ what }) => what === 'POST /api/v1/system/reset')?.json).toEqual({
      ...{ scope: 'full', safety_backup: false, by_hand: false, keys_later: false },
      ...{ password: 'correct horse', phrase: 'reset full', unseal_keys: ['key-1', 'key-2'] },
    });
    expect((await run(answers, ['reset', 'everything', ...me])).code).toBe(2);
  });

  test('a job that left something out, as the operator said, is exit code 1', async () => {
    const skipped = { ...done, kind: 'reset', steps: [{ ...step, status: 'skipped', note: 'Vault is left' }] };
    const answers = { 'GET /api/v1/system/jobs/j1': events(skipped) };
    expect((await run(answers, ['job', 'j1', '--follow'])).code).toBe(1);
  });

  test('--dry-run needs no phrase', async () => {
    const dry = { dry_run: true, steps: ['pause'], point_of_no_return: null, effects: ['3 jobs would be deleted.'] };
    const { code, out } = await run({ 'POST /api/v1/system/reset?dry_run=true': { body: dry } }, [
      ...['reset', 'data', '--dry-run', ...me],
    ]);
    expect([code, out]).toEqual([0, 'Nothing was done.\n3 jobs would be deleted.\nThe job would do:\n  1. pause\n']);
  });
});

describe('astrogate admin certificate', () => {
  const order = 'POST /api/v1/system/certificate';
  const begun = {
    [order]: { status: 202, body: { ...running, kind: 'certificate' } },
    'GET /api/v1/system/jobs/j1': events({ ...done, kind: 'certificate' }),
  };

  test('shows the one that is installed', async () => {
    const certificate = {
      ...{ names: ['sky.example.org'], serial: '4A', fingerprint: 'F0', from: 'upload', served: false, days_left: 12 },
      ...{ valid_from: '2026-01-01T00:00:00.000Z', valid_to: '2026-03-01T00:00:00.000Z' },
    };
    const { code, out } = await run({ 'GET /api/v1/system/certificate': { body: certificate } }, ['certificate']);
    expect(code).toBe(0);
    expect(out).toMatch(/^sky\.example\.org\n {2}Serial {3}4A\n[\s\S]*\(12 days left\)\n[\s\S]*no, another one is\n$/);
  });

  test('upload sends chain and key of the files; issue the names, or none', async () => {
    writeFileSync(path('chain.pem'), 'chain');
    writeFileSync(path('key.pem'), 'key');
    const jsonOf = async (...args: string[]) => {
      const { code, requests } = await run(begun, ['certificate', ...args, ...me]);
      expect(code).toBe(0);
      return requests.find(({ what }) => what === order)?.json;
    };
    const rest = { restart: false, by_hand: false, password: 'correct horse' };
    expect(await jsonOf('upload', path('chain.pem'), path('key.pem'))).toEqual({
      ...{ from: 'upload', chain: 'chain', private_key: 'key', ...rest },
    });
    expect(await jsonOf('issue')).toEqual({ from: 'issue', ...rest });
    expect(await jsonOf('issue', 'a.example', '--restart')).toEqual({
      ...{ from: 'issue', names: ['a.example'], ...rest, restart: true },
    });
  });

  test('a file that cannot be read is wrong usage, and nothing is sent', async () => {
    const { code, err, requests } = await run(begun, ['certificate', 'upload', '/not/there', '/not/there', ...me]);
    expect([code, err, requests]).toEqual([2, expect.stringContaining('/not/there cannot be read (ENOENT)'), []]);
  });
});

describe('astrogate admin jobs', () => {
  test('lists them, and shows one step by step', async () => {
    const answers = {
      'GET /api/v1/system/jobs': { body: { jobs: [done] } },
      'GET /api/v1/system/jobs/j1': { body: done },
    };
    expect((await run(answers, ['jobs'])).out).toContain('j1  backup  done    2026-01-31 12:00:00  user:u1');
    expect((await run(answers, ['job', 'j1'])).out).toContain('  make  done        1.3  backup is good');
  });

  test('Ctrl-C leaves the job running and says how to follow it', async () => {
    await using api = await startFakeApi({ 'GET /api/v1/system/jobs/j1': { ...events(running), isOpen: true } });
    const recorded = recordOutput();
    const interrupt = new AbortController();
    const output = {
      ...recorded.output,
      line: (text: string) => {
        recorded.output.line(text);
        interrupt.abort();
      },
    };
    const code = await runProgram(['admin', 'job', 'j1', '--follow', '--server', api.url], output, interrupt.signal);
    expect(code).toBe(130);
    expect(recorded.err()).toContain('the job goes on; see: astrogate admin job j1 --follow');
    expect(api.requests.map(({ what }) => what)).toEqual(['GET /api/v1/system/jobs/j1']);
  });
});
