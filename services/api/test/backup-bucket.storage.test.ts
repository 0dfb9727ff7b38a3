// Backups in a bucket, through the real api: made, fetched, sent, restored, deleted.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { BackupView } from '../src/http/backup-fields.js';
import type { SystemJobView } from '../src/http/system-job-view.js';
import { openBucket } from '../src/spool/bucket.js';
import { AdminApi, adminPassword } from '../test-support/admin-api.js';
import { FakeTargets } from '../test-support/fake-targets.js';
import { testConfig } from '../test-support/running-api.js';
import { startBucket, type TestBucket, whyNoBucket } from '../test-support/upload-places.js';

// Passwords are hashed as slowly as in earnest.
jest.setTimeout(180_000);

const suite = whyNoBucket === undefined ? describe : describe.skip;

suite(whyNoBucket === undefined ? 'an api with a bucket' : `an api with a bucket (${whyNoBucket})`, () => {
  let home: string;
  let bucket: TestBucket;
  let api: AdminApi;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'astrogate-backup-bucket-'));
    bucket = await startBucket();
    const place = { ...bucket.place, prefix: 'night/backups/' };
    const backups = { ...testConfig.backups, directory: join(home, 'backups'), bucket: place };
    api = await AdminApi.start({
      ...{ place: { stateDir: join(home, 'state') }, home, targets: new FakeTargets() },
      config: { backups },
    });
  });
  afterAll(async () => {
    await api?.close();
    await bucket?.server.end();
    rmSync(home, { recursive: true, force: true });
  });

  /** Names of what is in the bucket, whoever put it there. */
  async function objects(): Promise<string[]> {
    const opened = openBucket({ ...bucket.place, prefix: '' });
    const names: string[] = [];
    for await (const page of opened.list()) names.push(...page.map(({ name }) => name));
    opened.close();
    return names.sort();
  }
  async function makeBackup(): Promise<string> {
    const { id } = await api.read<SystemJobView>(api.ask('POST', '/system/backups'), 202);
    return (await api.ended(id)).backup_id as string;
  }

  test('backups lie there and nowhere else, and a restore reads them there', async () => {
    const id = await makeBackup();
    expect(await objects()).toEqual([`night/backups/${id}.backup`]);
    expect(readdirSync(join(home, 'backups'))).toEqual([]);
    const archive = Buffer.from(await (await api.ask('GET', `/system/backups/${id}/archive`)).arrayBuffer());

    await api.read(api.ask('POST', '/users', { name: 'later', password: 'another long password 17' }), 201);
    const order = { password: adminPassword, phrase: `restore ${id}` };
    const job = await api.read<SystemJobView>(api.ask('POST', `/system/backups/${id}/restore`, order), 202);
    await api.signInAgain();
    const { status, backup_id: safety } = await api.ended(job.id);
    expect([status, await api.users()]).toEqual(['done', ['jane']]);
    expect(await objects()).toEqual([id, safety].map((one) => `night/backups/${one}.backup`).sort());

    const sent = await api.read<BackupView>(api.ask('POST', '/system/backups/upload', archive), 201);
    for (const one of [id, safety, sent.id]) {
      const { status: deleted } = await api.ask('DELETE', `/system/backups/${one}`, {
        ...{ password: adminPassword, phrase: `delete ${one}` },
      });
      expect(deleted).toBe(204);
    }
    expect(await objects()).toEqual([]);
    expect(readdirSync(join(home, 'backups'))).toEqual([]);
  });

  test('a bucket that is away: no backup is called good, and nothing is restored', async () => {
    const id = await makeBackup();
    await bucket.server.end();
    const refused = await api.codeOf(api.ask('POST', '/system/backups'));
    expect(refused).toEqual([503, 'storage_unavailable']);
    const order = { password: adminPassword, phrase: `restore ${id}` };
    const job = await api.read<SystemJobView>(api.ask('POST', `/system/backups/${id}/restore`, order), 202);
    expect(await api.ended(job.id)).toMatchObject({ status: 'failed', failure: { step: 'verify' } });
    const { backups } = await api.read<{ backups: BackupView[] }>(api.ask('GET', '/system/backups'));
    expect(backups).toMatchObject([{ id, state: 'good' }]);
  });
});
