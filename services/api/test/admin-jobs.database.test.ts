// Backups and restores through the real api, on both databases: from signing in to what came back.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { BackupView } from '../src/http/backup-fields.js';
import type { SystemJobView } from '../src/http/system-job-view.js';
import { AdminApi, adminName as name, adminPassword as password } from '../test-support/admin-api.js';
import { enoughPlaces, type StartedPlace } from '../test-support/database-places.js';
import { FakeTargets } from '../test-support/fake-targets.js';

// Passwords are hashed as slowly as in earnest.
jest.setTimeout(180_000);

for (const { name: databaseName, isHere, start } of enoughPlaces) {
  const suite = isHere ? describe : describe.skip;
  suite(databaseName, () => {
    let home: string;
    let at: StartedPlace;
    let api: AdminApi;

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'astrogate-admin-jobs-'));
      at = await start();
      api = await AdminApi.start({ place: at.place, home, targets: new FakeTargets('vault') });
    });
    afterAll(async () => {
      await api?.close();
      await at?.end();
      rmSync(home, { recursive: true, force: true });
    });

    const backups = async () => (await api.read<{ backups: BackupView[] }>(api.ask('GET', '/system/backups'))).backups;
    async function makeBackup(): Promise<string> {
      const { id } = await api.read<SystemJobView>(api.ask('POST', '/system/backups'), 202);
      const job = await api.ended(id);
      expect(job).toMatchObject({ status: 'done', kind: 'backup' });
      return job.backup_id as string;
    }
    test('a backup is made, listed, fetched, verified and sent again', async () => {
      const dry = await api.read(api.ask('POST', '/system/backups?dry_run=true'));
      expect(dry).toEqual({
        dry_run: true,
        steps: ['sweep', 'make', 'verify', 'retention'],
        point_of_no_return: 'retention',
        effects: ['A backup of tables and uploads would be made, and old ones removed. Nothing else changes.'],
      });
      expect(await backups()).toEqual([]);
      const id = await makeBackup();
      expect(await backups()).toMatchObject([{ id, kind: 'manual', state: 'good', parts: ['database', 'files'] }]);
      expect(statSync(join(home, 'backups', `${id}.backup`)).mode & 0o777).toBe(0o600);

      const fetched = await api.ask('GET', `/system/backups/${id}/archive`);
      const bytes = Buffer.from(await fetched.arrayBuffer());
      expect(fetched.headers.get('etag')).toBe(`"${createHash('sha256').update(bytes).digest('hex')}"`);
      expect(fetched.headers.get('content-disposition')).toMatch(
        /^attachment; filename="astrogate-[\d-]{10}-\w+\.backup"$/,
      );
      expect(await api.read(api.ask('POST', `/system/backups/${id}/verify`))).toMatchObject({ id, state: 'good' });

      const sent = await api.read<BackupView>(api.ask('POST', '/system/backups/upload', bytes), 201);
      expect(sent).toMatchObject({ kind: 'uploaded', state: 'good', parts: ['database', 'files'] });
      const before = [await backups(), readdirSync(join(home, 'backups')).sort()];
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
      expect(await api.codeOf(api.ask('POST', '/system/backups/upload', bytes))).toEqual([422, 'backup_invalid']);
      expect([await backups(), readdirSync(join(home, 'backups')).sort()]).toEqual(before);

      expect(await api.acts('system.backup')).toMatchObject([
        { result: 'done', detail: { phase: 'end' } },
        { result: 'done', detail: { phase: 'begin' } },
      ]);
      for (const act of ['backup.download', 'backup.upload', 'backup.verify'] as const)
        expect((await api.acts(act)).length).toBeGreaterThan(0);
    });

    test('the same key makes one backup', async () => {
      const headers = { 'idempotency-key': 'nightly' };
      const first = await api.ask('POST', '/system/backups', undefined, headers);
      const { id } = (await first.json()) as SystemJobView;
      expect(first.headers.get('location')).toBe(`/api/v1/system/jobs/${id}`);
      await api.ended(id);
      const again = await api.ask('POST', '/system/backups', undefined, headers);
      expect([again.headers.get('idempotency-replayed'), ((await again.json()) as SystemJobView).id]).toEqual([
        'true',
        id,
      ]);
      expect(await api.codeOf(api.ask('POST', '/system/backups', { parts: ['vault'] }, headers))).toEqual([
        422,
        'idempotency_mismatch',
      ]);
    });

    test('deleting asks for the password and the phrase', async () => {
      const id = await makeBackup();
      const path = `/system/backups/${id}`;
      expect(await api.codeOf(api.ask('DELETE', path))).toEqual([400, 'invalid_request']);
      expect(await api.codeOf(api.ask('DELETE', path, { password, phrase: 'delete' }))).toEqual([
        400,
        'invalid_request',
      ]);
      const wrong = { password: 'not that one', phrase: `delete ${id}` };
      expect(await api.codeOf(api.ask('DELETE', path, wrong))).toEqual([401, 'unauthenticated']);
      expect((await backups()).map((backup) => backup.id)).toContain(id);
      expect((await api.ask('DELETE', path, { password, phrase: `delete ${id}` })).status).toBe(204);
      expect((await backups()).map((backup) => backup.id)).not.toContain(id);
      expect(await api.codeOf(api.ask('GET', path))).toEqual([404, 'backup_not_found']);
    });

    test('a restore brings back what was there, and how it was before stays in a backup', async () => {
      const id = await makeBackup();
      await api.read(
        api.ask('POST', '/users', { name: 'later', password: 'another long password 17', role: 'viewer' }),
        201,
      );
      const path = `/system/backups/${id}/restore`;
      const phrase = `restore ${id}`;
      expect(await api.codeOf(api.ask('POST', path, { password, phrase: 'restore' }))).toEqual([
        400,
        'invalid_request',
      ]);
      expect(await api.codeOf(api.ask('POST', path, { password: 'wrong', phrase }))).toEqual([401, 'unauthenticated']);
      expect(await api.codeOf(api.ask('POST', path, { password, phrase, parts: ['vault'] }))).toEqual([
        422,
        'backup_invalid',
      ]);
      const dry = await api.read<{ steps: string[] }>(api.ask('POST', `${path}?dry_run=true`, {}));
      expect(dry.steps.at(-1)).toBe('forget-replaced');
      expect(await api.users()).toEqual([name, 'later']);

      const { id: jobId } = await api.read<SystemJobView>(api.ask('POST', path, { password, phrase }), 202);
      // All sessions end with the accounts that had them.
      await api.signInAgain();
      const job = await api.ended(jobId);
      expect(job).toMatchObject({ status: 'done', kind: 'restore', failure: null });
      expect(await api.users()).toEqual([name]);
      const safety = (await backups()).find((backup) => backup.id === job.backup_id);
      expect(safety).toMatchObject({ kind: 'safety', state: 'good', needed_by: null });
      expect(await api.acts('system.restore')).toMatchObject([
        { detail: { phase: 'end' } },
        { detail: { phase: 'begin' } },
      ]);
      // The way back is a restore like any other.
      const back = await api.read<SystemJobView>(
        api.ask('POST', `/system/backups/${safety?.id}/restore`, { password, phrase: `restore ${safety?.id}` }),
        202,
      );
      await api.signInAgain();
      await api.ended(back.id);
      expect(await api.users()).toEqual([name, 'later']);
    });

    test('what is no backup any more is not restored', async () => {
      const id = await makeBackup();
      rmSync(join(home, 'backups', `${id}.backup`));
      expect(await api.codeOf(api.ask('POST', `/system/backups/${id}/verify`))).toEqual([404, 'backup_not_found']);
      expect(await api.codeOf(api.ask('GET', `/system/backups/${id}/archive`))).toEqual([422, 'backup_invalid']);
      const order = { password, phrase: `restore ${id}` };
      expect(await api.codeOf(api.ask('POST', `/system/backups/${id}/restore`, order))).toEqual([
        422,
        'backup_invalid',
      ]);
    });

    test('it says what it can do', async () => {
      expect(await api.read(api.ask('GET', '/system/capabilities'))).toEqual({
        engine: true,
        targets: [{ alias: 'vault', state: 'running' }],
        vault: null,
      });
    });

    test('another start of the api opens what the first has made', async () => {
      const id = await makeBackup();
      await api.close();
      await api.serve();
      await api.signIn();
      expect(await api.read(api.ask('POST', `/system/backups/${id}/verify`))).toMatchObject({ state: 'good' });
    });
  });
}

test('a server that has lost its database and kept its master key takes its backups', async () => {
  const [home, newHome] = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'astrogate-admin-jobs-'))) as [string, string];
  const serverAt = (where: string) =>
    AdminApi.start({ place: { stateDir: join(where, 'state') }, home: where, targets: new FakeTargets() });
  const end = async (api: AdminApi, where: string) => {
    await api.close();
    rmSync(where, { recursive: true });
  };
  const lost = await serverAt(home);
  await lost.read(lost.ask('POST', '/users', { name: 'bob', password: 'another long password 17' }), 201);
  const made = await lost.ended((await lost.read<SystemJobView>(lost.ask('POST', '/system/backups'), 202)).id);
  const archive = await (await lost.ask('GET', `/system/backups/${made.backup_id}/archive`)).arrayBuffer();
  copyFileSync(join(home, 'master-key'), join(newHome, 'master-key'));
  await end(lost, home);

  const api = await serverAt(newHome);
  expect(await api.users()).toEqual([name]);
  const { id } = await api.read<BackupView>(api.ask('POST', '/system/backups/upload', Buffer.from(archive)), 201);
  const order = { password, phrase: `restore ${id}` };
  const job = await api.read<SystemJobView>(api.ask('POST', `/system/backups/${id}/restore`, order), 202);
  await api.signInAgain();
  expect(await api.ended(job.id)).toMatchObject({ status: 'done' });
  expect(await api.users()).toEqual(['bob', name]);
  await end(api, newHome);
});
