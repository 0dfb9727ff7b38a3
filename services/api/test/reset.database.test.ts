// The reset job on both databases, with a Vault. What may fail fails before anything is deleted, and no success is told that
// is none.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { checkArchive } from '../src/backup/archive.js';
import type { BackupStore } from '../src/backup/backup-store.js';
import { defaultCaps } from '../src/backup/caps.js';
import { directoryStore } from '../src/backup/directory-store.js';
import { backupKeysOf } from '../src/backup/keys.js';
import type { BackupParts } from '../src/backup/make-backup.js';
import type { JobStore } from '../src/jobs/job-store.js';
import { newId } from '../src/new-id.js';
import { directoryUploads } from '../src/spool/directory-uploads.js';
import { Spool } from '../src/spool/spool.js';
import { backupRows } from '../src/storage/backup-rows.js';
import type { Database } from '../src/storage/database.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { SolveQueue } from '../src/storage/solve-queue.js';
import { systemJobs } from '../src/storage/system-jobs.js';
import type { Gift, Plans } from '../src/system/plan.js';
import { resetPlan } from '../src/system/plans/reset.js';
import { type ResetParts, resetDryRun, resetParams } from '../src/system/plans/reset-order.js';
import { needRoom } from '../src/system/reset/room.js';
import type { SystemJob } from '../src/system/system-job.js';
import { SystemJobs } from '../src/system/system-jobs.js';
import { fixedKey } from '../test-support/backups.js';
import { enoughKinds, type TestDatabase } from '../test-support/databases.js';
import { FakeVaultTargets } from '../test-support/fake-vault-targets.js';
import { aJob } from '../test-support/jobs.js';
import { afterData, afterFull, fillWorld, fullCounts, rowCounts, type World } from '../test-support/reset-world.js';
import { until } from '../test-support/running-api.js';
import { ourPolicy } from '../test-support/vault/operator.js';
import { makeReady, type ReadyVault } from '../test-support/vault/ready-vault.js';
import { startContractServer } from '../test-support/vault/vault-contract-server.js';

jest.setTimeout(120_000);

const silent = createLogger('api', 'silent');
const secrets = ['keys/one', 'keys/two', 'ca'];

describe.each(enoughKinds.filter(({ missing }) => missing === undefined))('$name', ({ start }) => {
  let shared: TestDatabase;
  let database: Database;
  let store: JobStore;
  let home: string;
  let vault: ReadyVault;
  let targets: FakeVaultTargets;
  let parts: ResetParts & { readonly backups: BackupParts };
  let jobs: SystemJobs;
  let world: World;

  beforeAll(async () => {
    shared = await start();
    database = await shared.open();
    store = await openJobStore(database, { leaseMs: 600_000 });
  });
  beforeEach(async () => {
    await shared.empty();
    await database.db.deleteFrom('backups').execute();
    home = mkdtempSync(join(tmpdir(), 'astrogate-reset-'));
    mkdirSync(join(home, 'vault'));
    const spool = await Spool.open(join(home, 'spool'));
    const uploads = directoryUploads(spool);
    world = await fillWorld(database.db, store, spool.dir);
    vault = await makeReady(await startContractServer(), join(home, 'vault'));
    await vault.keep(...secrets);
    targets = new FakeVaultTargets(vault.vault);
    const archiveDirectory = join(home, 'backups');
    const backups: BackupParts = {
      ...{ database, uploads, caps: defaultCaps, directory: home },
      rows: backupRows(database.db),
      store: await directoryStore(archiveDirectory),
      keys: await backupKeysOf(fixedKey),
    };
    parts = {
      ...{ database, uploads, backups, archiveDirectory, targets, now: () => new Date() },
      queue: await SolveQueue.open(database.boss),
      vault: { client: vault.client, alias: 'vault' },
    };
    jobs = await anApi();
  });
  afterEach(async () => {
    await jobs.close();
    await vault.vault[Symbol.asyncDispose]();
    rmSync(home, { recursive: true });
  });
  afterAll(() => shared.end());

  async function anApi(given: ResetParts = parts): Promise<SystemJobs> {
    const kept = systemJobs({ ...database, isEmbedded: false }, 30_000);
    const plans = { reset: resetPlan(given) } as unknown as Plans;
    const made = new SystemJobs({ store: kept, plans, log: silent, now: () => new Date(), pauseMs: 5, probeMs: 20 });
    await made.start();
    return made;
  }
  const begin = (params: object, gift?: Gift, actor = `user:${world.ids.root}`) =>
    jobs.create({
      ...{ kind: 'reset', actor, requestId: 'r1', params: resetParams.parse(params) },
      ...(gift && { gift }),
    });
  const keys = () => ({ unseal_keys: [...vault.operator.keys] });
  /** A reset of another api, in which `act` happens while uploads are removed: behind the point of no return. */
  async function meanwhile(act: () => Promise<unknown>): Promise<void> {
    const remove = async (key: string) => {
      await act();
      await parts.uploads.remove(key);
    };
    const given = { ...parts, uploads: { check: () => parts.uploads.check(), remove } };
    await jobs.close();
    jobs = await anApi(given);
  }
  const policyWithout = (capability: string) => ourPolicy.replace(`, "${capability}"`, '');
  const setPolicy = (policy: string) => vault.operator.ask('POST', 'sys/policies/acl/astrogate', { policy });

  async function reach(id: string, wanted: SystemJob['state']['status'][], after = 0): Promise<SystemJob> {
    for await (const job of jobs.follow(id, after, AbortSignal.timeout(60_000)))
      if (wanted.includes(job.state.status)) return job;
    throw new Error(`it never was ${wanted}`);
  }
  /** Until it waits in this step. */
  async function reachStep(id: string, name: string): Promise<SystemJob> {
    for await (const job of jobs.follow(id, 0, AbortSignal.timeout(60_000)))
      if (job.state.status === 'waiting_for_operator' && running(job) === name) return job;
    throw new Error(`it never waited in ${name}`);
  }
  const ended = (id: string) => reach(id, ['done', 'failed']);
  const stepOf = ({ state }: SystemJob, name: string) => state.steps.find((step) => step.name === name);
  const running = ({ state }: SystemJob) => state.steps.find(({ status }) => status === 'running')?.name;

  async function secretsLeft(): Promise<string[]> {
    const left: string[] = [];
    for (const name of secrets) if (await vault.has(name)) left.push(name);
    return left;
  }
  const files = () => readdirSync(join(home, 'spool'));

  async function expectUnchanged(): Promise<void> {
    expect(await rowCounts(database.db)).toMatchObject(fullCounts);
    expect(files().sort()).toEqual(expect.arrayContaining([...world.uploads].sort()));
    expect(targets.acts).toEqual([]);
    expect(await parts.backups.rows.list()).toEqual([]);
    expect(await jobs.list(10)).toEqual([]);
  }

  test('data: jobs go with all that is theirs; accounts, keys and Vault stay', async () => {
    const { job } = await begin({ scope: 'data' });
    const done = await ended(job.id);
    expect(done.state).toMatchObject({ status: 'done', failure: null });
    expect(await rowCounts(database.db)).toMatchObject(afterData);
    expect(files().filter((name) => world.uploads.includes(name))).toEqual([]);
    expect(await secretsLeft()).toEqual(secrets);
    expect(targets.acts).toEqual([]);
    expect(stepOf(done, 'end-jobs')?.note).toBe('3 jobs ended');
    // Whoever asked to be told of a job hears that it was cancelled.
    const deliveries = await database.db.selectFrom('webhook_deliveries').select(['state', 'content']).execute();
    expect(deliveries.map(({ state }) => state)).toEqual(['pending', 'pending']);
    expect(JSON.stringify(deliveries)).toContain('cancelled');
  });

  test('full: superusers and configuration stay; Vault is emptied, restarted and opened', async () => {
    const { job } = await begin({ scope: 'full' }, keys());
    const done = await ended(job.id);
    expect(done.state).toMatchObject({ status: 'done', failure: null });
    expect(await rowCounts(database.db)).toMatchObject(afterFull);
    expect(await database.db.selectFrom('users').select('id').execute()).toEqual([{ id: world.ids.root }]);
    expect(await vault.client.health()).toMatchObject({ state: 'active' });
    expect(await secretsLeft()).toEqual([]);
    expect(targets.acts).toEqual(['stop', 'start']);
    for (const key of vault.operator.keys) expect(JSON.stringify(done)).not.toContain(key);
  });

  // Each of the reference's failures with foreign keys.
  test('what belongs to accounts that go is in nobody way: jobs, keys, sessions, second factors, the audit log', async () => {
    const { job } = await begin({ scope: 'full', safety_backup: false }, keys());
    expect((await ended(job.id)).state.status).toBe('done');
    const { rows } = await sql<{ count: string }>`select count(*) as count from api_keys`.execute(database.db);
    expect(Number(rows[0]?.count)).toBe(0);
  });

  test('the safety backup is good, has all that is deleted, and Vault with it', async () => {
    const { job } = await begin({ scope: 'full' }, keys());
    await ended(job.id);
    const [backup] = await parts.backups.rows.list();
    expect(backup).toMatchObject({ kind: 'safety', state: 'good', parts: ['database', 'files', 'vault'] });
    const open = () => parts.backups.store.open(backup?.id as string);
    const { manifest } = await checkArchive(open, parts.backups.keys.reading, defaultCaps);
    const rows = (table: string) => manifest.members.find(({ name }) => name.includes(`/${table}.`))?.rows;
    expect([rows('solve_jobs'), rows('users'), rows('api_keys')]).toEqual([4, 3, 3]);
    expect(manifest.members.filter(({ name }) => name.endsWith('.upload'))).toHaveLength(3);
  });

  test("Vault's snapshot is asked for when the tables are in the archive: Vault waits for nobody", async () => {
    const order: string[] = [];
    const client = {
      ...vault.client,
      snapshot: (signal?: AbortSignal) => {
        order.push('snapshot');
        return vault.client.snapshot(signal);
      },
    };
    const put: BackupStore['put'] = (id, archive, most) => {
      order.push('archive');
      return parts.backups.store.put(id, archive, most);
    };
    await jobs.close();
    const backups = { ...parts.backups, store: { ...parts.backups.store, put } };
    jobs = await anApi({ ...parts, backups, vault: { client, alias: 'vault' } });
    const { job } = await begin({ scope: 'full' }, keys());
    expect((await ended(job.id)).state.status).toBe('done');
    expect(order).toEqual(['archive', 'snapshot']);
  });

  test('numbers that were given go on after a reset', async () => {
    const newest = async () => {
      const id = newId();
      await store.submit(aJob({ id, createdAt: new Date() }), 1000);
      const event = database.db.selectFrom('job_events').select('seq').where('job_id', '=', id);
      return Number((await event.executeTakeFirstOrThrow()).seq);
    };
    const before = await newest();
    const { job } = await begin({ scope: 'data', safety_backup: false });
    await ended(job.id);
    expect(await newest()).toBeGreaterThan(before);
  });

  // The reference answers 400 when every key is gone already.
  test.each([
    ['no engine', 'engine_unavailable', { hasEngine: false }],
    ['no container', 'target_absent', { hasContainer: false }],
  ])('full, %s: refused before anything is changed', async (_what, code, how) => {
    Object.assign(targets, how);
    await expect(begin({ scope: 'full' }, keys())).rejects.toMatchObject({ code });
    await expectUnchanged();
    expect(await secretsLeft()).toEqual(secrets);
    // Data alone needs no container.
    const { job } = await begin({ scope: 'data' });
    expect((await ended(job.id)).state.status).toBe('done');
  });

  // The reference answers 200 and leaves the keys there for ever.
  test('full, Vault sealed, away, or not letting us in: refused before anything is changed', async () => {
    await vault.vault.stop();
    await expect(begin({ scope: 'full' })).rejects.toMatchObject({ code: 'vault_unavailable' });
    await vault.vault.start();
    await expect(begin({ scope: 'full' })).rejects.toMatchObject({ code: 'vault_sealed' });
    await vault.client.unseal(vault.operator.keys);
    await vault.operator.ask('POST', 'sys/policies/acl/astrogate', { policy: '' });
    await expect(begin({ scope: 'full' })).rejects.toMatchObject({ code: 'vault_denied' });
    // We may see what is there, and not end it.
    await setPolicy(policyWithout('delete'));
    await expect(begin({ scope: 'full' }, keys())).rejects.toMatchObject({
      ...{ code: 'vault_denied', message: expect.stringContaining('does not let us delete') },
    });
    await expectUnchanged();
    expect(await secretsLeft()).toEqual(secrets);
  });

  test('full, without unseal keys: refused, unless they are to come later', async () => {
    await expect(begin({ scope: 'full' })).rejects.toMatchObject({ code: 'invalid_request' });
    const [first = ''] = vault.operator.keys;
    const same = { unseal_keys: [first, ` ${first}`] };
    await expect(begin({ scope: 'full' }, same)).rejects.toMatchObject({ code: 'unseal_failed' });
    await expectUnchanged();
    // Data alone needs none.
    const { job } = await begin({ scope: 'data', safety_backup: false });
    expect((await ended(job.id)).state.status).toBe('done');
  });

  test('a full reset that would remove whoever asks, or everybody, is refused', async () => {
    const byAdmin = begin({ scope: 'full' }, keys(), `user:${world.ids.admin}`);
    await expect(byAdmin).rejects.toMatchObject({ code: 'forbidden' });
    const own = await database.db.selectFrom('api_keys').select('id').where('user_id', '=', world.ids.admin).execute();
    const byKey = begin({ scope: 'full' }, keys(), `key:${own[0]?.id}`);
    await expect(byKey).rejects.toMatchObject({ code: 'forbidden' });
    await database.db.updateTable('users').set({ is_disabled: true }).where('is_superuser', '=', true).execute();
    await expect(begin({ scope: 'full' }, keys())).rejects.toMatchObject({ code: 'conflict' });
    await expectUnchanged();
  });

  test('no room for the safety backup: refused, with what is needed', async () => {
    await expect(needRoom(2 ** 52, [home])).rejects.toMatchObject({ code: 'storage_full' });
    await needRoom(1, [home, home]);
    await expect(needRoom(1, [join(home, 'none')])).rejects.toMatchObject({ code: 'storage_unavailable' });
  });

  test('a safety backup that fails ends the job before anything is deleted, and jobs are taken again', async () => {
    const full = () => Promise.reject(new Error('the fake disk is full'));
    parts = { ...parts, backups: { ...parts.backups, store: { ...parts.backups.store, put: full } } };
    await jobs.close();
    jobs = await anApi();
    const { job } = await begin({ scope: 'full' }, keys());
    expect((await ended(job.id)).state).toMatchObject({ status: 'failed', failure: { step: 'safety-backup' } });
    expect(await rowCounts(database.db)).toMatchObject(fullCounts);
    expect(await secretsLeft()).toEqual(secrets);
    expect(await parts.backups.rows.list()).toEqual([]);
    await store.submit(aJob({ id: newId(), createdAt: new Date() }), 1000);
  });

  // The reference says that it has succeeded.
  test('Vault does not start again: it is no success, and goes on when it does', async () => {
    targets.failing = { act: 'start', code: 'target_failed' };
    const { job } = await begin({ scope: 'full' }, keys());
    const waiting = await reach(job.id, ['waiting_for_operator', 'done', 'failed']);
    expect(waiting.state.status).toBe('waiting_for_operator');
    expect(running(waiting)).toBe('start-vault');
    await expect(begin({ scope: 'data' })).rejects.toMatchObject({ code: 'system_job_active' });
    targets.failing = undefined;
    expect((await ended(job.id)).state.status).toBe('done');
    expect(await vault.client.health()).toMatchObject({ state: 'active' });
  });

  // The reference says that it has succeeded, with the old rows still there and their keys gone.
  test('the database refuses: it is no success, nothing is half deleted, and Vault still has everything', async () => {
    await sql`create function stubborn() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`.execute(
      database.db,
    );
    await sql`create trigger stubborn before delete on users for each row execute function stubborn()`.execute(
      database.db,
    );
    const free = async () => {
      await sql`drop trigger if exists stubborn on users`.execute(database.db);
      await sql`drop function if exists stubborn()`.execute(database.db);
    };
    try {
      const { job } = await begin({ scope: 'full' }, keys());
      const waiting = await reach(job.id, ['waiting_for_operator', 'done', 'failed']);
      expect(waiting.state.status).toBe('waiting_for_operator');
      expect(running(waiting)).toBe('delete-rows');
      expect(await rowCounts(database.db)).toMatchObject({ solve_jobs: 4, users: 3, api_keys: 3, sessions: 3 });
      expect(await secretsLeft()).toEqual(secrets);
      expect(targets.acts).toEqual([]);
      await free();
      await jobs.goOn(job.id, undefined);
      expect((await ended(job.id)).state.status).toBe('done');
      expect(await rowCounts(database.db)).toMatchObject(afterFull);
    } finally {
      await free();
    }
  });

  test('without keys it waits for them; wrong ones are not taken; Vault that somebody opens is seen', async () => {
    const { job } = await begin({ scope: 'full', keys_later: true });
    const waiting = await reach(job.id, ['waiting_for_operator']);
    expect(running(waiting)).toBe('open-vault');
    expect(waiting.state.wait?.commands).toEqual(['docker compose exec vault vault operator unseal']);
    expect(waiting.state.wait?.why).toContain('2 of its unseal keys');
    const wrong = ['00'.repeat(33), '11'.repeat(33)];
    const { version } = await jobs.goOn(job.id, { unseal_keys: wrong });
    const again = await reach(job.id, ['waiting_for_operator', 'done'], version);
    expect(again.state).toMatchObject({ status: 'waiting_for_operator' });
    expect(again.state.wait?.why).toContain('not those of this Vault');
    await vault.client.unseal(vault.operator.keys);
    expect((await ended(job.id)).state.status).toBe('done');
  });

  test('by hand: each command is waited for, and goes on as soon as it was done', async () => {
    targets.hasEngine = false;
    const { job } = await begin({ scope: 'full', by_hand: true }, keys());
    const stop = await reach(job.id, ['waiting_for_operator']);
    expect(stop.state.wait?.commands).toEqual(['docker compose stop vault']);
    expect(await secretsLeft()).toEqual([]);
    // Said, and not done.
    const { version } = await jobs.goOn(job.id, undefined);
    expect(running(await reach(job.id, ['waiting_for_operator', 'done'], version))).toBe('stop-vault');
    await targets.byHand('stop');
    await jobs.goOn(job.id, undefined);
    const start = await reachStep(job.id, 'start-vault');
    expect(start.state.wait?.commands).toEqual(['docker compose start vault']);
    await targets.byHand('start');
    expect((await ended(job.id)).state.status).toBe('done');
    expect(targets.acts).toEqual([]);
  });

  test('by hand: a Vault that no way leads to for a while does not count as stopped', async () => {
    targets.hasEngine = false;
    let looks = 0;
    let isCutOff = false;
    const health = async (signal?: AbortSignal) => {
      looks += 1;
      if (isCutOff) throw new AstrogateError('vault_unavailable');
      return vault.client.health(signal);
    };
    await jobs.close();
    jobs = await anApi({ ...parts, vault: { client: { ...vault.client, health }, alias: 'vault' } });
    const { job } = await begin({ scope: 'full', by_hand: true }, keys());
    await reachStep(job.id, 'stop-vault');
    isCutOff = true;
    const before = looks;
    await until(() => looks > before + 5);
    isCutOff = false;
    const after = looks;
    await until(() => looks > after + 5);
    expect(running((await jobs.get(job.id)) as SystemJob)).toBe('stop-vault');
    // Stopped and started between two looks: it is sealed.
    await targets.byHand('stop');
    await targets.byHand('start');
    expect((await ended(job.id)).state.status).toBe('done');
  });

  const late = () => store.submit(aJob({ id: newId(), createdAt: new Date() }), 100_000);

  test('until the rows are gone nothing is accepted and nothing is begun; then both, whatever Vault waits for', async () => {
    await meanwhile(async () => {
      await expect(late()).rejects.toMatchObject({ code: 'system_paused' });
      expect(await store.claim(10, new Date())).toEqual([]);
    });
    const { job } = await begin({ scope: 'full', keys_later: true });
    expect(running(await reach(job.id, ['waiting_for_operator', 'done', 'failed']))).toBe('open-vault');
    const { id } = await late();
    expect((await store.claim(10, new Date())).map((claim) => claim.id)).toEqual([id]);
    await jobs.goOn(job.id, keys());
    expect((await ended(job.id)).state.status).toBe('done');
    expect(await store.get(id)).toBeDefined();
  });

  test('of callers that go on submitting no job is left over but those of after the pause', async () => {
    const refused = new Set<number>();
    const submitting = [1, 2, 3].map(async (caller) => {
      for (;;) {
        const wasRefused = refused.has(caller);
        const made = await late().catch(() => undefined);
        if (made === undefined) refused.add(caller);
        else if (wasRefused) return made.id;
        // The embedded database answers in this very process: others must come between.
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    await meanwhile(() => until(() => refused.size === submitting.length));
    const { job } = await begin({ scope: 'full', safety_backup: false }, keys());
    expect((await ended(job.id)).state.status).toBe('done');
    const after = (await Promise.all(submitting)).sort();
    const kept = await database.db.selectFrom('solve_jobs').select('id').orderBy('id').execute();
    expect(kept.map(({ id }) => id)).toEqual(after);
    const { rows } = await sql<{
      count: string;
    }>`select count(*) as count from pgboss.job where name = 'solve' and state < 'completed'`.execute(database.db);
    expect(Number(rows[0]?.count)).toBe(after.length);
  });

  test('keys that nobody has: whoever says so leaves Vault sealed, and the reset ends', async () => {
    const { job } = await begin({ scope: 'full', keys_later: true });
    const waiting = await reach(job.id, ['waiting_for_operator']);
    expect(waiting.state.wait?.why).toContain(`astrogate admin continue ${job.id} --leave-vault`);
    // Going on alone does not mean that.
    const { version } = await jobs.goOn(job.id, undefined);
    expect(running(await reach(job.id, ['waiting_for_operator', 'done'], version))).toBe('open-vault');
    await jobs.goOn(job.id, undefined, 'leave');
    const done = await ended(job.id);
    expect(done.state).toMatchObject({ status: 'done', failure: null });
    expect(stepOf(done, 'open-vault')).toMatchObject({
      status: 'skipped',
      note: 'Vault is left as its operator has it',
    });
    expect((await vault.client.health()).state).toBe('sealed');
  });

  test.each([
    ['when it lets us again', () => setPolicy(ourPolicy), [], ['stop', 'start']],
    ['when it is to be left as it is', (id: string) => jobs.goOn(id, undefined, 'leave'), secrets, []],
  ])('a Vault that lets us delete no more is waited for; it goes on %s', async (_when, act, left, acts) => {
    let looks = 0;
    const client = {
      ...vault.client,
      health: (signal?: AbortSignal) => {
        looks += 1;
        return vault.client.health(signal);
      },
    };
    parts = { ...parts, vault: { client, alias: 'vault' } };
    await meanwhile(() => setPolicy(policyWithout('delete')));
    const { job } = await begin({ scope: 'full' }, keys());
    const waiting = await reach(job.id, ['waiting_for_operator', 'done', 'failed']);
    expect(running(waiting)).toBe('clear-vault');
    expect(waiting.state.wait?.why).toContain('--leave-vault');
    const before = looks;
    await until(() => looks > before + 5);
    expect((await jobs.get(job.id))?.version).toBe(waiting.version);
    await act(job.id);
    const done = await ended(job.id);
    expect(done.state).toMatchObject({ status: 'done', failure: null });
    expect([await secretsLeft(), targets.acts]).toEqual([left, acts]);
    expect(stepOf(done, 'clear-vault')?.status).toBe(left.length > 0 ? 'skipped' : 'done');
    expect((await vault.client.health()).state).toBe('active');
  });

  test('a dry run counts what would go, and changes nothing', async () => {
    const dry = await resetDryRun(parts, resetParams.parse({ scope: 'full' }), `user:${world.ids.root}`);
    expect(dry.counts).toMatchObject({
      jobs: 4,
      liveJobs: 3,
      uploadBytes: 9,
      accounts: 2,
      keptAccounts: 1,
      apiKeys: 3,
      sessions: 3,
    });
    expect(dry.vaultSecrets).toBe(3);
    expect(dry.lines.join('\n')).toContain('2 accounts, 3 API keys');
    const data = await resetDryRun(parts, resetParams.parse({ scope: 'data' }), `user:${world.ids.admin}`);
    expect(data.vaultSecrets).toBeUndefined();
    await expectUnchanged();
    expect(await secretsLeft()).toEqual(secrets);
  });
});
