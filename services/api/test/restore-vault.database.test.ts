// Vault's part of a restore, as jobs on the embedded database: with the same keys and with others, with an engine and
// without one, and all the ways back. On the contract server always, and on a real Vault in `npm run test:admin`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { defaultCaps } from '../src/backup/caps.js';
import { directoryStore } from '../src/backup/directory-store.js';
import { backupKeysOf } from '../src/backup/keys.js';
import { type BackupParts, deleteBackup, makeBackup } from '../src/backup/make-backup.js';
import { newId } from '../src/new-id.js';
import { directoryUploads } from '../src/spool/directory-uploads.js';
import { Spool } from '../src/spool/spool.js';
import { backupRows } from '../src/storage/backup-rows.js';
import type { Database } from '../src/storage/database.js';
import { openJobStore } from '../src/storage/database-job-store.js';
import { systemJobs } from '../src/storage/system-jobs.js';
import { restorePlan } from '../src/system/plans/restore-plan.js';
import type { SystemJob } from '../src/system/system-job.js';
import { SystemJobs } from '../src/system/system-jobs.js';
import type { Act, Cause, Target } from '../src/system/target-client.js';
import { createVaultClient, type VaultClient } from '../src/vault/vault-client.js';
import type { VaultPlace } from '../src/vault/vault-place.js';
import { fixedKey } from '../test-support/backups.js';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { FakeTargets } from '../test-support/fake-targets.js';
import { aJob } from '../test-support/jobs.js';
import type { ContractFaults } from '../test-support/vault/contract-answers.js';
import type { Operator } from '../test-support/vault/operator.js';
import { makeReady } from '../test-support/vault/ready-vault.js';
import type { RunningVault } from '../test-support/vault/running-vault.js';
import { startContractServer } from '../test-support/vault/vault-contract-server.js';
import { vaultKinds } from '../test-support/vault/vault-kinds.js';

jest.setTimeout(180_000);

/** FakeTargets whose restart restarts the Vault of the test, too. */
class FakeVaultTargets extends FakeTargets {
  constructor(readonly vault: () => RunningVault) {
    super('vault');
  }

  override async act(act: Act, alias: string, cause: Cause): Promise<Target> {
    const after = await super.act(act, alias, cause);
    await this.vault().stop();
    await this.vault().start();
    return after;
  }
}

interface Ready {
  readonly vault: RunningVault;
  readonly operator: Operator;
  /** A test may change it, as an operator who gives other ids. */
  readonly place: { -readonly [K in keyof VaultPlace]: VaultPlace[K] };
  readonly client: VaultClient;
}

describe.each(vaultKinds)('with %s', (_name, startVault) => {
  let home: TestDatabase;
  let database: Database;
  let dir: string;
  let backups: BackupParts;
  let vaults: RunningVault[];
  let apis: SystemJobs[];
  let now: Ready;
  let targets: FakeVaultTargets;
  let spool: Spool;
  let faults: ContractFaults;

  beforeAll(async () => {
    home = await (databaseKinds[0] as (typeof databaseKinds)[number]).start();
    database = await home.open();
  });
  afterAll(() => home.end());
  beforeEach(async () => {
    await home.empty();
    dir = mkdtempSync(join(tmpdir(), 'astrogate-restore-vault-'));
    vaults = [];
    faults = {};
    apis = [];
    spool = await Spool.open(join(dir, 'spool'));
    backups = {
      database,
      rows: backupRows(database.db),
      store: await directoryStore(join(dir, 'backups')),
      uploads: directoryUploads(spool),
      keys: await backupKeysOf(fixedKey),
      caps: defaultCaps,
      directory: join(dir, 'backups'),
    };
    now = await readyVault();
    targets = new FakeVaultTargets(() => now.vault);
  });
  afterEach(async () => {
    for (const api of apis) await api.close();
    for (const vault of vaults) await vault[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true });
  });

  /** Open, with our AppRole. */
  async function readyVault(now?: () => number): Promise<Ready> {
    const vault = await startVault(faults);
    vaults.push(vault);
    const ready = await makeReady(vault, mkdtempSync(join(dir, 'role-')));
    const [operator, place] = [ready.operator, { ...ready.place }];
    return { vault, operator, place, client: createVaultClient(place, now) };
  }

  async function backupOf({ client, operator }: Ready, value: string): Promise<string> {
    const id = newId();
    await operator.write(value);
    await makeBackup(backups, { id, kind: 'manual', madeBy: 'me', withApp: false, vault: await client.snapshot() });
    return id;
  }

  async function anApi(reread: () => Promise<void> = async () => {}): Promise<SystemJobs> {
    const parts = { backups, vault: now.client, targets, spool, settle: async () => {}, reread, now: () => new Date() };
    const jobs = new SystemJobs({
      store: systemJobs(database, 600_000),
      plans: { restore: restorePlan(parts) },
      log: createLogger('api', 'silent'),
      now: () => new Date(),
      ...{ pauseMs: 5, probeMs: 50 },
    });
    await jobs.start();
    apis.push(jobs);
    return jobs;
  }

  /** Without keys they are to come later. */
  const restore = (backup_id: string, keys?: readonly string[], parts = { app: false, vault: true }) => ({
    ...{ kind: 'restore', actor: 'jane', requestId: 'r1' },
    params: { backup_id, ...parts, keys_later: keys === undefined },
    ...(keys && { gift: { unseal_keys: keys } }),
  });

  async function reach(jobs: SystemJobs, id: string, status: string): Promise<SystemJob> {
    for await (const job of jobs.follow(id, 0, AbortSignal.timeout(90_000))) {
      if (job.state.status === status) return job;
      if (job.finishedAt) throw new Error(`it is ${job.state.status}: ${JSON.stringify(job.state)}`);
    }
    throw new Error(`it did not become ${status}`);
  }
  const stepOf = ({ state }: SystemJob, name: string) => state.steps.find((step) => step.name === name);
  const noKeysIn = async (keys: readonly string[]) => {
    const rows = JSON.stringify(await database.db.selectFrom('system_jobs').selectAll().execute());
    for (const key of keys) expect(rows).not.toContain(key);
  };

  test('with the same keys: restarted, unsealed, proved; the keys are nowhere', async () => {
    const id = await backupOf(now, 'old');
    await now.operator.write('new');
    const jobs = await anApi();
    const { job } = await jobs.create(restore(id, now.operator.keys));
    const ended = await reach(jobs, job.id, 'done');
    expect(await now.operator.read()).toBe('old');
    expect(targets.acts).toEqual([['restart', 'vault', { actor: 'jane', requestId: 'r1' }]]);
    expect(stepOf(ended, 'load')).toMatchObject({ status: 'done', note: 'no part of this restore' });
    expect((await backups.rows.list()).map(({ kind, parts }) => [kind, parts])).toContainEqual(['safety', ['vault']]);
    await noKeysIn(now.operator.keys);
  });

  test('without keys it asks for them, and wrong ones are asked for again', async () => {
    const id = await backupOf(now, 'old');
    await now.operator.write('new');
    const jobs = await anApi();
    const { job } = await jobs.create(restore(id));
    const asking = await reach(jobs, job.id, 'waiting_for_operator');
    expect(asking.state.wait).toEqual({
      why: "Vault is sealed and needs 2 unseal keys of the snapshot's time",
      commands: [`astrogate admin continue ${job.id} --unseal-keys-file FILE`],
    });
    const wrong = ['aa'.repeat(33), 'bb'.repeat(33)];
    await jobs.goOn(job.id, { unseal_keys: wrong });
    for await (const { state } of jobs.follow(job.id, asking.version, AbortSignal.timeout(60_000)))
      if (state.wait?.why.includes('not those of this Vault')) break;
    await jobs.goOn(job.id, { unseal_keys: now.operator.keys });
    await reach(jobs, job.id, 'done');
    expect(await now.operator.read()).toBe('old');
  });

  test('somebody who opens Vault by hand need not tell', async () => {
    const id = await backupOf(now, 'old');
    const jobs = await anApi();
    const { job } = await jobs.create(restore(id));
    await reach(jobs, job.id, 'waiting_for_operator');
    await now.client.unseal(now.operator.keys);
    await reach(jobs, job.id, 'done');
  });

  test('without an engine it waits with the command, and sees that it was done', async () => {
    const id = await backupOf(now, 'old');
    targets.hasEngine = false;
    const jobs = await anApi();
    const { job } = await jobs.create(restore(id, now.operator.keys));
    const waiting = await reach(jobs, job.id, 'waiting_for_operator');
    expect(waiting.state.wait?.commands).toEqual(['docker compose restart vault']);
    await now.vault.stop();
    await now.vault.start();
    const ended = await reach(jobs, job.id, 'done');
    expect(stepOf(ended, 'restart-vault')?.note).toBe('done by hand');
  });

  test('without an engine: told too early it waits on; a Vault that was opened before it was seen is believed', async () => {
    const id = await backupOf(now, 'old');
    targets.hasEngine = false;
    const jobs = await anApi();
    const { job } = await jobs.create(restore(id, now.operator.keys));
    const { version } = await reach(jobs, job.id, 'waiting_for_operator');
    await now.vault.stop();
    await jobs.goOn(job.id, undefined);
    for await (const { state, version: later } of jobs.follow(job.id, version, AbortSignal.timeout(60_000))) {
      expect(state).toMatchObject({ isGoingBack: false, failure: null });
      if (later > version && state.status === 'waiting_for_operator') break;
    }
    // No probe sees it sealed.
    const { client } = now;
    const health = jest.spyOn(client, 'health').mockRejectedValue(new AstrogateError('vault_unavailable'));
    await now.vault.start();
    const operator = createVaultClient(now.place);
    await operator.waitUntil('sealed', AbortSignal.timeout(60_000));
    await operator.unseal(now.operator.keys);
    await operator.waitUntil('active', AbortSignal.timeout(60_000));
    health.mockRestore();
    await jobs.goOn(job.id, undefined);
    const ended = await reach(jobs, job.id, 'done');
    expect(stepOf(ended, 'restart-vault')?.note).toBe('done by hand');
    expect(await now.operator.read()).toBe('old');
  });

  test('cancelled while it asks for keys: Vault has what it had', async () => {
    const id = await backupOf(now, 'old');
    await now.operator.write('new');
    const jobs = await anApi();
    const { job } = await jobs.create(restore(id));
    await reach(jobs, job.id, 'waiting_for_operator');
    // Neither what is restored nor what it would go back to can be deleted meanwhile.
    const held = (await backups.rows.list()).filter(({ neededBy }) => neededBy === job.id);
    expect(held.map(({ kind }) => kind)).toEqual(['safety', 'manual']);
    for (const one of held)
      await expect(deleteBackup(backups, one.id)).rejects.toMatchObject({ code: 'backup_invalid' });
    await jobs.cancel(job.id);
    // Sealed as it is, nothing can be put back without its keys.
    await reach(jobs, job.id, 'waiting_for_operator');
    for await (const { state } of jobs.follow(job.id, 0, AbortSignal.timeout(60_000)))
      if (state.isGoingBack && state.status === 'waiting_for_operator') break;
    await jobs.goOn(job.id, { unseal_keys: now.operator.keys });
    await reach(jobs, job.id, 'failed');
    expect(await now.operator.read()).toBe('new');
    await deleteBackup(backups, id);
    expect(await backups.rows.need(id, job.id)).toBe(false);
  });

  test('a check that fails puts Vault back as it was', async () => {
    const id = newId();
    await now.operator.write('old');
    await makeBackup(backups, { id, kind: 'manual', madeBy: 'me', vault: await now.client.snapshot() });
    await now.operator.write('new');
    let isFirst = true;
    const jobs = await anApi(async () => {
      if (isFirst) isFirst = false;
      else return;
      throw new AstrogateError('internal');
    });
    const { job } = await jobs.create(restore(id, now.operator.keys, { app: true, vault: true }));
    const ended = await reach(jobs, job.id, 'failed');
    expect(ended.state.failure?.step).toBe('swap');
    expect(await now.operator.read()).toBe('new');
  });

  test.each([
    ['of the tables and Vault: no job is accepted and none is begun until it has ended', true],
    ['of Vault alone: jobs go on', false],
  ])('a restore %s', async (_name, app) => {
    const id = newId();
    await makeBackup(backups, { id, kind: 'manual', madeBy: 'me', vault: await now.client.snapshot() });
    const store = await openJobStore(database, { leaseMs: 600_000 });
    const submit = () => store.submit(aJob({ id: newId(), createdAt: new Date() }), 1000);
    const jobs = await anApi();
    const { job } = await jobs.create(restore(id, undefined, { app, vault: true }));
    await reach(jobs, job.id, 'waiting_for_operator');
    // Accepted now, it would be neither in what is restored nor in the safety backup.
    const between = await submit().catch((error: unknown) => AstrogateError.from(error).code);
    const begun = await store.claim(10, new Date());
    if (app) expect([between, begun]).toEqual(['system_paused', []]);
    else expect(between).toMatchObject({ id: begun[0]?.id });
    await jobs.goOn(job.id, { unseal_keys: now.operator.keys });
    await reach(jobs, job.id, 'done');
    expect(await submit()).toMatchObject({ status: 'queued' });
  });

  test("another Vault's snapshot: it wants the keys of then, and ids of then", async () => {
    const before = await readyVault();
    const id = await backupOf(before, 'of another time');
    await now.operator.write('new');
    const jobs = await anApi();
    const { job } = await jobs.create(restore(id, before.operator.keys));
    const waiting = await reach(jobs, job.id, 'waiting_for_operator');
    expect(stepOf(waiting, 'restore-vault')?.note).toContain('sealed');
    expect(stepOf(waiting, 'prove-vault')?.status).toBe('running');
    expect(waiting.state.wait?.why).toContain('VAULT_SECRET_ID_FILE');
    Object.assign(now.place, { roleId: before.place.roleId, secretIdFile: before.place.secretIdFile });
    await reach(jobs, job.id, 'done');
    await noKeysIn(before.operator.keys);
  });

  test('without keys, and without a word that they come later, nothing is begun; a dry run says what may happen', async () => {
    const id = await backupOf(now, 'old');
    const jobs = await anApi();
    const order = { ...restore(id), params: { backup_id: id, app: false, vault: true, keys_later: false } };
    await expect(jobs.create(order)).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await jobs.list(10)).toEqual([]);
    const { lines } = await jobs.dryRun(order);
    expect(lines.join(' ')).toContain('When nobody has them it stays sealed');
  });

  /** Another Vault's snapshot was sent, without its keys, and the restore was cancelled: now the way back asks for them. */
  async function takenBackWithoutKeys() {
    const before = await readyVault();
    const id = await backupOf(before, 'of another time');
    await now.operator.write('new');
    const jobs = await anApi();
    const { job } = await jobs.create(restore(id));
    await reach(jobs, job.id, 'waiting_for_operator');
    await jobs.cancel(job.id);
    const asked = async (after = 0) => {
      for await (const one of jobs.follow(job.id, after, AbortSignal.timeout(60_000)))
        if (one.state.isGoingBack && one.state.status === 'waiting_for_operator') return one;
      throw new Error('it never waited');
    };
    return { before, id, jobs, job, asked, asking: await asked() };
  }

  test("another Vault's snapshot, whose keys nobody has: it is told so, and taken back with Vault left as it is", async () => {
    const { jobs, job, id, asking, asked } = await takenBackWithoutKeys();
    expect(asking.state.wait?.why).toContain("of the snapshot's time");
    expect(asking.state.wait?.why).toContain('without them what it kept cannot be put back');
    expect(asking.state.wait?.why).toContain(`astrogate admin continue ${job.id} --leave-vault`);
    // Trying again, even with the keys that it has had before, does not mean that.
    await jobs.goOn(job.id, { unseal_keys: now.operator.keys });
    await asked(asking.version);
    await jobs.goOn(job.id, undefined, 'leave');
    const ended = await reach(jobs, job.id, 'failed');
    expect(stepOf(ended, 'restore-vault')?.note).toMatch(/left as its operator has it; how it was is in backup \w{32}/);
    expect(
      (await jobs.create(restore(id)).catch((error: unknown) => AstrogateError.from(error))) as object,
    ).toMatchObject({
      code: 'vault_sealed',
    });
  });

  test("another Vault's snapshot, without its keys: the way back asks for them, and leaves Vault when told so", async () => {
    const { jobs, job, before } = await takenBackWithoutKeys();
    // Its keys are found at last, for the way back; our ids are of the other Vault, until its operator says go on.
    await jobs.goOn(job.id, { unseal_keys: before.operator.keys });
    for await (const { state } of jobs.follow(job.id, 0, AbortSignal.timeout(60_000)))
      if (state.wait?.why.includes('role id and secret id of now')) break;
    await jobs.goOn(job.id, undefined, 'leave');
    const ended = await reach(jobs, job.id, 'failed');
    expect(stepOf(ended, 'restore-vault')?.note).toContain('left as its operator has it');
  });

  test('a Vault that its operator has emptied and set up anew gets back what it kept before', async () => {
    const old = now;
    const { jobs, job } = await takenBackWithoutKeys();
    await jobs.close();
    now = await readyVault();
    const next = await anApi();
    await next.goOn(job.id, { unseal_keys: now.operator.keys });
    for await (const { state } of next.follow(job.id, 0, AbortSignal.timeout(60_000)))
      if (state.wait?.why.includes('unseal keys of before the restore')) break;
    Object.assign(now.place, { roleId: old.place.roleId, secretIdFile: old.place.secretIdFile });
    await next.goOn(job.id, { unseal_keys: old.operator.keys });
    const ended = await reach(next, job.id, 'failed');
    expect(stepOf(ended, 'restore-vault')?.isUndone).toBe(true);
    // It lets in whom it let in before.
    await now.client.login();
    expect((await now.client.health()).state).toBe('active');
  });

  // A real Vault cannot be told to do these.
  if (startVault === startContractServer) {
    test('a Vault that sealed itself instead, and is opened late, is not believed: it gets the snapshot again', async () => {
      now = await readyVault(() => Date.now() + (faults.aheadMs ?? 0));
      const id = await backupOf(now, 'old');
      await now.operator.write('new');
      faults.failsToApply = true;
      const jobs = await anApi();
      const { job } = await jobs.create(restore(id));
      await reach(jobs, job.id, 'waiting_for_operator');
      // Longer than the token lives that proves it.
      faults.aheadMs = 11 * 60_000;
      faults.failsToApply = false;
      await jobs.goOn(job.id, { unseal_keys: now.operator.keys });
      await reach(jobs, job.id, 'done');
      expect(await now.operator.read()).toBe('old');
    });

    test('the api is killed when Vault has taken the snapshot, which is refused the next time: Vault is put back', async () => {
      const id = await backupOf(now, 'old');
      await now.operator.write('new');
      const { client } = now;
      const sent = Promise.withResolvers<void>();
      const restoreSnapshot: VaultClient['restoreSnapshot'] = async (content, signal) => {
        await client.restoreSnapshot(content, signal);
        sent.resolve();
        return new Promise((_resolve, reject) => signal?.addEventListener('abort', reject));
      };
      now = { ...now, client: { ...client, restoreSnapshot } };
      const killed = await anApi();
      const { job } = await killed.create(restore(id, now.operator.keys));
      await sent.promise;
      expect(await now.operator.read()).toBe('old');
      await killed.close();
      now = { ...now, client };
      faults.rejectsSnapshots = 1;
      const next = await anApi();
      const ended = await reach(next, job.id, 'failed');
      expect(ended.state.failure).toMatchObject({ step: 'restore-vault', code: 'snapshot_rejected' });
      expect(await now.operator.read()).toBe('new');
    });
  }

  test('a sealed Vault, or none, is refused before anything has begun', async () => {
    const id = await backupOf(now, 'old');
    const jobs = await anApi();
    await now.vault.stop();
    await expect(jobs.create(restore(id))).rejects.toMatchObject({ code: 'vault_unavailable' });
    await now.vault.start();
    await now.client.waitUntil('sealed', AbortSignal.timeout(60_000));
    await expect(jobs.create(restore(id))).rejects.toMatchObject({ code: 'vault_sealed' });
    await expect(jobs.dryRun(restore(id))).rejects.toMatchObject({ code: 'vault_sealed' });
    expect(await jobs.list(10)).toEqual([]);
  });
});
