// Backups and restores through the real api, on both databases: from signing in to what came back.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@astrogate/common';
import { findPostgres, startPostgres } from '@astrogate/local';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { BackupView } from '../src/http/backup-fields.js';
import type { SystemJobView } from '../src/http/system-job-view.js';
import { type ApiService, startApi } from '../src/service.js';
import type { DatabasePlace } from '../src/storage/database.js';
import { FakeSolverClient } from '../test-support/fake-solver-client.js';
import { FakeTargets } from '../test-support/fake-targets.js';
import { testConfig, until } from '../test-support/running-api.js';

// Passwords are hashed as slowly as in earnest.
jest.setTimeout(180_000);

const bin = findPostgres();
const places = [
  {
    name: 'PGlite',
    isHere: true,
    start: async (home: string) => ({ place: { stateDir: join(home, 'state') } as DatabasePlace, end: async () => {} }),
  },
  {
    name: bin === undefined ? 'PostgreSQL (no server is installed)' : 'PostgreSQL',
    isHere: bin !== undefined,
    async start() {
      const server = await startPostgres(bin as string);
      return { place: { url: server.url } as DatabasePlace, end: () => server.end() };
    },
  },
];
const name = 'jane';
const password = 'correct horse battery staple';

for (const { name: databaseName, isHere, start } of places) {
  const suite = isHere ? describe : describe.skip;
  suite(databaseName, () => {
    let home: string;
    let at: Awaited<ReturnType<typeof start>>;
    let service: ApiService;
    let url: string;
    let token = '';

    const serve = async () => {
      const config = {
        ...testConfig,
        ...{ database: at.place, spoolDir: join(home, 'spool'), masterKeyFile: join(home, 'master-key') },
        backups: { ...testConfig.backups, directory: join(home, 'backups') },
        logLevel: 'info' as const,
      };
      const parts = { solver: new FakeSolverClient(), targets: new FakeTargets('vault') };
      service = await startApi(config, createLogger('api', 'silent'), parts);
      url = `http://127.0.0.1:${service.port}`;
    };
    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'astrogate-admin-jobs-'));
      at = await start(home);
      await serve();
      const secret = service.bootstrapSecret;
      expect((await ask('POST', '/auth/bootstrap', { secret, name, password })).status).toBe(201);
      await signIn();
    });
    afterAll(async () => {
      await service.close();
      await at.end();
      rmSync(home, { recursive: true, force: true });
    });

    function ask(method: string, path: string, json?: object | Buffer, headers: Record<string, string> = {}) {
      const isBytes = Buffer.isBuffer(json);
      return fetch(`${url}/api/v1${path}`, {
        method,
        ...(json && { body: isBytes ? json : JSON.stringify(json) }),
        headers: {
          ...(json && { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
          ...(token && { authorization: `Bearer ${token}` }),
          ...headers,
        },
      });
    }
    const read = async <T>(answer: Promise<Response>, status = 200): Promise<T> => {
      const response = await answer;
      const body = await response.text();
      expect([response.status, body]).toEqual([status, expect.any(String)]);
      return JSON.parse(body) as T;
    };
    const codeOf = async (answer: Promise<Response>) => {
      const { status, code } = (await (await answer).json()) as { status: number; code: string };
      return [status, code];
    };
    async function signIn() {
      token = '';
      token = (await read<{ access_token: string }>(ask('POST', '/auth/login', { name, password }))).access_token;
    }
    const backups = async () => (await read<{ backups: BackupView[] }>(ask('GET', '/system/backups'))).backups;
    const showJob = (id: string) => read<SystemJobView>(ask('GET', `/system/jobs/${id}`));
    async function ended(id: string): Promise<SystemJobView> {
      let job: SystemJobView | undefined;
      await until(async () => {
        job = await showJob(id);
        return job.finished_at !== null;
      });
      return job as SystemJobView;
    }
    async function makeBackup(): Promise<string> {
      const { id } = await read<SystemJobView>(ask('POST', '/system/backups'), 202);
      const job = await ended(id);
      expect(job).toMatchObject({ status: 'done', kind: 'backup' });
      return job.backup_id as string;
    }
    const users = async () => {
      const { users: found } = await read<{ users: { name: string }[] }>(ask('GET', '/users'));
      return found.map((user) => user.name);
    };
    const acts = async (act: string) => {
      const { rows } = await read<{ rows: { act: string; result: string; detail: object }[] }>(
        ask('GET', `/audit?act=${act}`),
      );
      return rows.map(({ result, detail }) => ({ result, detail }));
    };

    test('a backup is made, listed, fetched, verified and sent again', async () => {
      const dry = await read(ask('POST', '/system/backups?dry_run=true'));
      expect(dry).toEqual({
        dry_run: true,
        steps: ['sweep', 'make', 'verify', 'retention'],
        point_of_no_return: 'retention',
      });
      expect(await backups()).toEqual([]);
      const id = await makeBackup();
      expect(await backups()).toMatchObject([{ id, kind: 'manual', state: 'good', parts: ['database', 'files'] }]);
      expect(statSync(join(home, 'backups', `${id}.backup`)).mode & 0o777).toBe(0o600);

      const fetched = await ask('GET', `/system/backups/${id}/archive`);
      const bytes = Buffer.from(await fetched.arrayBuffer());
      expect(fetched.headers.get('etag')).toBe(`"${createHash('sha256').update(bytes).digest('hex')}"`);
      expect(fetched.headers.get('content-disposition')).toMatch(
        /^attachment; filename="astrogate-[\d-]{10}-\w+\.backup"$/,
      );
      expect(await read(ask('POST', `/system/backups/${id}/verify`))).toMatchObject({ id, state: 'good' });

      const sent = await read<BackupView>(ask('POST', '/system/backups/upload', bytes), 201);
      expect(sent).toMatchObject({ kind: 'uploaded', state: 'good', parts: ['database', 'files'] });
      const before = [await backups(), readdirSync(join(home, 'backups')).sort()];
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
      expect(await codeOf(ask('POST', '/system/backups/upload', bytes))).toEqual([422, 'backup_invalid']);
      expect([await backups(), readdirSync(join(home, 'backups')).sort()]).toEqual(before);

      expect(await acts('system.backup')).toMatchObject([
        { result: 'done', detail: { phase: 'end' } },
        { result: 'done', detail: { phase: 'begin' } },
      ]);
      for (const act of ['backup.download', 'backup.upload', 'backup.verify'])
        expect((await acts(act)).length).toBeGreaterThan(0);
    });

    test('the same key makes one backup', async () => {
      const headers = { 'idempotency-key': 'nightly' };
      const first = await ask('POST', '/system/backups', undefined, headers);
      const { id } = (await first.json()) as SystemJobView;
      expect(first.headers.get('location')).toBe(`/api/v1/system/jobs/${id}`);
      await ended(id);
      const again = await ask('POST', '/system/backups', undefined, headers);
      expect([again.headers.get('idempotency-replayed'), ((await again.json()) as SystemJobView).id]).toEqual([
        'true',
        id,
      ]);
      expect(await codeOf(ask('POST', '/system/backups', { parts: ['vault'] }, headers))).toEqual([
        400,
        'invalid_request',
      ]);
    });

    test('deleting asks for the password and the phrase', async () => {
      const id = await makeBackup();
      const path = `/system/backups/${id}`;
      expect(await codeOf(ask('DELETE', path))).toEqual([400, 'invalid_request']);
      expect(await codeOf(ask('DELETE', path, { password, phrase: 'delete' }))).toEqual([400, 'invalid_request']);
      const wrong = { password: 'not that one', phrase: `delete ${id}` };
      expect(await codeOf(ask('DELETE', path, wrong))).toEqual([401, 'unauthenticated']);
      expect((await backups()).map((backup) => backup.id)).toContain(id);
      expect((await ask('DELETE', path, { password, phrase: `delete ${id}` })).status).toBe(204);
      expect((await backups()).map((backup) => backup.id)).not.toContain(id);
      expect(await codeOf(ask('GET', path))).toEqual([404, 'backup_not_found']);
    });

    test('a restore brings back what was there, and how it was before stays in a backup', async () => {
      const id = await makeBackup();
      await read(ask('POST', '/users', { name: 'later', password: 'another long password 17', role: 'viewer' }), 201);
      const path = `/system/backups/${id}/restore`;
      const phrase = `restore ${id}`;
      expect(await codeOf(ask('POST', path, { password, phrase: 'restore' }))).toEqual([400, 'invalid_request']);
      expect(await codeOf(ask('POST', path, { password: 'wrong', phrase }))).toEqual([401, 'unauthenticated']);
      expect(await codeOf(ask('POST', path, { password, phrase, parts: ['vault'] }))).toEqual([422, 'backup_invalid']);
      const dry = await read<{ steps: string[] }>(ask('POST', `${path}?dry_run=true`, {}));
      expect(dry.steps.at(-1)).toBe('forget-replaced');
      expect(await users()).toEqual([name, 'later']);

      const { id: jobId } = await read<SystemJobView>(ask('POST', path, { password, phrase }), 202);
      // All sessions end with the accounts that had them.
      await until(async () => (await ask('GET', '/auth/me')).status === 401);
      await signIn();
      const job = await ended(jobId);
      expect(job).toMatchObject({ status: 'done', kind: 'restore', failure: null });
      expect(await users()).toEqual([name]);
      const safety = (await backups()).find((backup) => backup.id === job.backup_id);
      expect(safety).toMatchObject({ kind: 'safety', state: 'good', needed_by: null });
      expect(await acts('system.restore')).toMatchObject([
        { detail: { phase: 'end' } },
        { detail: { phase: 'begin' } },
      ]);
      // The way back is a restore like any other.
      const back = await read<SystemJobView>(
        ask('POST', `/system/backups/${safety?.id}/restore`, { password, phrase: `restore ${safety?.id}` }),
        202,
      );
      await until(async () => (await ask('GET', '/auth/me')).status === 401);
      await signIn();
      await ended(back.id);
      expect(await users()).toEqual([name, 'later']);
    });

    test('what is no backup any more is not restored', async () => {
      const id = await makeBackup();
      rmSync(join(home, 'backups', `${id}.backup`));
      expect(await codeOf(ask('POST', `/system/backups/${id}/verify`))).toEqual([404, 'backup_not_found']);
      expect(await codeOf(ask('GET', `/system/backups/${id}/archive`))).toEqual([422, 'backup_invalid']);
      const order = { password, phrase: `restore ${id}` };
      expect(await codeOf(ask('POST', `/system/backups/${id}/restore`, order))).toEqual([422, 'backup_invalid']);
    });

    test('it says what it can do', async () => {
      expect(await read(ask('GET', '/system/capabilities'))).toEqual({
        engine: true,
        targets: [{ alias: 'vault', state: 'running' }],
        vault: null,
      });
    });

    test('another start of the api opens what the first has made', async () => {
      const id = await makeBackup();
      await service.close();
      await serve();
      await signIn();
      expect(await read(ask('POST', `/system/backups/${id}/verify`))).toMatchObject({ state: 'good' });
    });
  });
}
