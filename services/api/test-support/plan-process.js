// A process for a test to kill, which kills itself with SIGKILL at one moment of a real admin job, or takes up the one that
// was left and brings it to its end. It runs the built api; targets are those of the test, which it asks over HTTP.
// Argument: { url, kind, params, actor, gift, answer, leaseMs, control, kill, certificate?, reset? }.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { defaultCaps } from '../dist/backup/caps.js';
import { directoryStore } from '../dist/backup/directory-store.js';
import { backupKeysOf } from '../dist/backup/keys.js';
import { directoryUploads } from '../dist/spool/directory-uploads.js';
import { Spool } from '../dist/spool/spool.js';
import { backupRows } from '../dist/storage/backup-rows.js';
import { openDatabase } from '../dist/storage/database.js';
import { SolveQueue } from '../dist/storage/solve-queue.js';
import { systemJobs } from '../dist/storage/system-jobs.js';
import { selfSigned } from '../dist/system/certificate/issuer.js';
import { certificatePlan } from '../dist/system/plans/certificate.js';
import { resetPlan } from '../dist/system/plans/reset.js';
import { SystemJobs } from '../dist/system/system-jobs.js';
import { createVaultClient } from '../dist/vault/vault-client.js';

const given = JSON.parse(process.argv[2]);
const { url, kind, params, actor, gift, answer, leaseMs, control, kill } = given;
const log = createLogger('api', 'silent');
const now = () => new Date();
const database = await openDatabase({ url }, log);
const inner = systemJobs(database, leaseMs);

/** Counts the turns: each begins with a step or an undoing that is about to begin, and ends with what came of it. */
let turn = 0;
const dieAt = (moment) => {
  if (turn === kill?.turn && moment === kill.moment) process.kill(process.pid, 'SIGKILL');
};
const store = {
  ...inner,
  async change(hold, event, shape) {
    if (event.type === 'go_on') return inner.change(hold, event, shape);
    const isBegin = event.type === 'begin';
    if (isBegin) turn += 1;
    else dieAt('before end');
    const job = await inner.change(hold, event, shape);
    dieAt(isBegin ? 'after begin' : 'after end');
    return job;
  },
  async write(hold, what) {
    const isOurs = await inner.write(hold, what);
    dieAt('middle');
    return isOurs;
  },
};

async function ask(body) {
  const response = await fetch(control, { method: 'POST', body: JSON.stringify(body) });
  const { code, value } = await response.json();
  if (code !== undefined) throw new AstrogateError(code);
  return value;
}
/** Fake: what the test's own target client does. */
const targets = {
  capabilities: async () => ({ engine: true, targets: [] }),
  list: () => ask({ list: true }),
  async act(act, alias, cause) {
    const target = await ask({ act, alias, cause });
    dieAt('middle');
    return target;
  },
  close() {},
};

function certificateParts({ root, place, patienceMs, journal }) {
  const issuer = { ...selfSigned(now), revoke: async ({ serial }) => appendFileSync(journal, `${serial}\n`) };
  return { root, place, patienceMs, issuer, targets, alias: 'nginx', now };
}

async function resetParts({ home, vaultPlace }) {
  const spool = await Spool.open(join(home, 'spool'));
  const kept = directoryUploads(spool);
  const uploads = {
    ...kept,
    async remove(key) {
      await kept.remove(key);
      dieAt('middle');
    },
  };
  const archiveDirectory = join(home, 'backups');
  const archives = await directoryStore(archiveDirectory);
  const backups = {
    ...{ database, uploads, caps: defaultCaps, directory: home, rows: backupRows(database.db) },
    store: { ...archives, put: (id, archive, most) => archives.put(id, dying(archive), most) },
    keys: await backupKeysOf(Buffer.alloc(32, 7)),
  };
  const vault = { client: createVaultClient(vaultPlace), alias: 'vault' };
  const queue = await SolveQueue.open(database.boss);
  return { database, queue, uploads, backups, archiveDirectory, targets, vault, now };
}

async function* dying(archive) {
  for await (const chunk of archive) {
    yield chunk;
    dieAt('half an archive');
  }
}

const plan =
  kind === 'reset' ? resetPlan(await resetParts(given.reset)) : certificatePlan(certificateParts(given.certificate));
const jobs = new SystemJobs({ store, plans: { [kind]: plan }, log, now, pauseMs: 5, probeMs: 50 });
await jobs.start();
let [job] = await jobs.list(1);
if (!job) ({ job } = await jobs.create({ kind, params, actor, requestId: 'r1', ...(gift && { gift }) }));
for await (job of jobs.follow(job.id, 0, new AbortController().signal))
  if (job.state.status === 'waiting_for_operator') await jobs.goOn(job.id, answer);
await jobs.close();
await database.close();
process.stdout.write(JSON.stringify(job));
