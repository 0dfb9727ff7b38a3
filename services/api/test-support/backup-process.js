// A process for a test to kill, which kills itself with SIGKILL at one moment of a backup or a restore. It runs the built
// api's plans on a real database, a real store and a Vault of the test's; targets are fakes whose acts the test does, over
// IPC. Argument: { place, home, vault, order, kill }, or without `order` to go on with the job that was left. It sends what
// came of the job, and what is there.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '@astrogate/common';
import { sql } from 'kysely';
import { defaultCaps } from '../dist/backup/caps.js';
import { directoryStore } from '../dist/backup/directory-store.js';
import { backupKeysOf } from '../dist/backup/keys.js';
import { makeBackup } from '../dist/backup/make-backup.js';
import { newId } from '../dist/new-id.js';
import { directoryUploads } from '../dist/spool/directory-uploads.js';
import { Spool } from '../dist/spool/spool.js';
import { backupRows } from '../dist/storage/backup-rows.js';
import { openDatabase } from '../dist/storage/database.js';
import { requeueJobs } from '../dist/storage/requeue.js';
import { SolveQueue } from '../dist/storage/solve-queue.js';
import { systemJobs } from '../dist/storage/system-jobs.js';
import { nextOf } from '../dist/system/job-state.js';
import { backupPlan } from '../dist/system/plans/backup-plan.js';
import { restorePlan } from '../dist/system/plans/restore-plan.js';
import { SystemJobs } from '../dist/system/system-jobs.js';
import { createVaultClient } from '../dist/vault/vault-client.js';

const { place, home, vault: vaultPlace, order, kill, breaks, keys } = JSON.parse(process.argv[2]);
const log = createLogger('api', 'silent');
const database = await openDatabase(place, log);
const masterKey = Buffer.alloc(32, 7);

/** Asks the test to do something. */
let asked = 0;
const ask = (what, value) =>
  new Promise((resolve) => {
    const id = ++asked;
    const hear = (answer) => {
      if (answer.id !== id) return;
      process.off('message', hear);
      resolve(answer.value);
    };
    process.on('message', hear);
    process.send({ id, what, value });
  });

/** The step that is being done or undone. */
let current = { do: '', step: '' };
const isNow = (moment) => kill && kill.do === current.do && kill.step === current.step && kill.moment === moment;
const dieAt = (moment) => {
  if (isNow(moment)) process.kill(process.pid, 'SIGKILL');
};
/** The same object, that dies in the middle of a step when one of these has had its effect. */
const mortal = (target, ...names) =>
  Object.assign(
    Object.create(target),
    Object.fromEntries(
      names.map((name) => [
        name,
        async (...args) => {
          const result = await target[name](...args);
          dieAt('middle');
          return result;
        },
      ]),
    ),
  );

const spool = await Spool.open(join(home, 'spool'));
const backups = {
  database,
  rows: mortal(backupRows(database.db), 'isGood', 'need', 'remove'),
  store: mortal(await directoryStore(join(home, 'backups')), 'put', 'open', 'remove'),
  uploads: mortal(directoryUploads(spool), 'keep'),
  keys: await backupKeysOf(masterKey),
  caps: defaultCaps,
  directory: join(home, 'backups'),
};
const vault = vaultPlace && mortal(createVaultClient(vaultPlace), 'restoreSnapshot', 'unseal');
const targets = mortal(
  {
    capabilities: async () => ({ engine: true, targets: ['vault'] }),
    list: async () => [await ask('look')],
    act: async (act) => ask(act),
    close() {},
  },
  'act',
);
const requeue = requeueJobs(await SolveQueue.open(database.boss));
const settle = async (trx, aside) => {
  await requeue(trx, aside);
  dieAt('middle');
};
const reread = async () => {
  if (breaks && current.do === 'run' && current.step === 'swap') throw new Error('the fake failure of this test');
};
const now = () => new Date();
const plans = {
  backup: backupPlan({ backups, vault, rule: { newest: 1, days: 0 }, now }),
  restore: restorePlan({ backups, vault, targets, spool, settle, reread, now }),
};

const inner = systemJobs(database, 600_000);
const store = {
  ...inner,
  async change(hold, event, shape) {
    if (event.type !== 'begin' && event.type !== 'go_on') dieAt('before end');
    const job = await inner.change(hold, event, shape);
    if (event.type === 'begin' && job) {
      const next = nextOf(job.state);
      current = { do: next.do, step: job.state.steps[next.at]?.name ?? '' };
      dieAt('after begin');
    }
    return job;
  },
};

const insertJob = (callerKey, status, upload) =>
  sql`
  insert into solve_jobs (id, caller_key, request_id, status, created_at, finished_at, retry_ms, upload, hints, guesses,
      limits, round, ready_at)
    values (${newId()}, ${callerKey}, 'r', ${status}, now(), case when ${status}::text = 'done' then now() end, 0,
      ${JSON.stringify(upload)}::jsonb, '{}', '[]', '{}', 1, now())`.execute(database.db);

/** A world with two backups, and something newer than both. Returns the id of the second one. */
async function prepareWorld() {
  await sql`truncate solve_jobs, webhook_deliveries, system_jobs, backups cascade`.execute(database.db);
  const { writeFile } = await import('node:fs/promises');
  const key = `${newId()}.upload`;
  await writeFile(join(home, 'spool', key), 'picture', { mode: 0o600 });
  await insertJob('old', 'queued', { key, bytes: 7 });
  const ids = [newId(), newId()];
  for (const id of ids)
    await makeBackup(backups, {
      ...{ id, kind: 'manual', madeBy: 'test' },
      ...(vault && { vault: await vault.snapshot() }),
    });
  await sql`delete from solve_jobs`.execute(database.db);
  await spool.remove(join(home, 'spool', key));
  await insertJob('new', 'done', {});
  await ask('made');
  return ids[1];
}

async function worldNow() {
  const { rows: jobs } = await sql`select caller_key, status from solve_jobs order by caller_key`.execute(database.db);
  const { rows: schemas } = await sql`
    select nspname from pg_namespace where nspname ~ '^(restore|before)_'`.execute(database.db);
  const rows = await backups.rows.list();
  const archives = (await backups.store.list()).map(({ id }) => id).sort();
  return {
    jobs: jobs.map((job) => `${job.caller_key} ${job.status}`),
    schemas: schemas.length,
    backups: rows.map(({ kind, state, neededBy }) => `${kind} ${state}${neededBy ? ' needed' : ''}`).sort(),
    hasEachArchive: JSON.stringify(rows.map(({ id }) => id).sort()) === JSON.stringify(archives),
    uploads: readdirSync(join(home, 'spool')).length,
    rest: readdirSync(join(home, 'backups')).filter((name) => !name.endsWith('.backup')),
  };
}

let backupId;
if (order) backupId = await prepareWorld();
else await sql`update system_jobs set lease_until = clock_timestamp() - interval '1 second'`.execute(database.db);
const jobs = new SystemJobs({ store, plans, log, now, pauseMs: 5, probeMs: 20 });
await jobs.start();
if (order) {
  const params = order.kind === 'restore' ? { ...order.params, backup_id: backupId } : order.params;
  await jobs.create({
    kind: order.kind,
    params,
    actor: 'jane',
    requestId: 'r1',
    ...(keys && { gift: { unseal_keys: keys } }),
  });
}
const [last] = await jobs.list(1);
let job = last;
let waits = 0;
for await (job of jobs.follow(last.id, 0, AbortSignal.timeout(90_000))) {
  if (job.state.status !== 'waiting_for_operator') continue;
  waits += 1;
  await jobs.goOn(job.id, keys && { unseal_keys: keys });
}
await jobs.close();
await ask('end', { status: job.state.status, failure: job.state.failure, waits, world: await worldNow() });
await database.close();
process.exit(0);
