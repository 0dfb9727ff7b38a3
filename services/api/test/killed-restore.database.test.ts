// Two apis on one PostgreSQL, of which the one that restores is killed while it exchanges the tables: the other one
// brings it to its end, and signs in whom the backup knows. The killed process runs the built api.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import type { SystemJobView } from '../src/http/system-job-view.js';
import { AdminApi, adminPassword } from '../test-support/admin-api.js';
import { makeCertificates, type TlsPaths } from '../test-support/certificates.js';
import { databasePlaces } from '../test-support/database-places.js';
import { FakeTargets } from '../test-support/fake-targets.js';
import { until } from '../test-support/running-api.js';

// Passwords are hashed as slowly as in earnest, and the other api looks for what was left every 8 s.
jest.setTimeout(180_000);

const program = join(import.meta.dirname, '../test-support/api-process.js');
const [, server] = databasePlaces;
const suite = server?.isHere ? test : test.skip;

let home: string;
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let at: { place: { url: string }; end: () => Promise<void> };
let api: AdminApi;
let client: pg.Client;

beforeAll(async () => {
  if (!server?.isHere) return;
  home = mkdtempSync(join(tmpdir(), 'astrogate-killed-restore-'));
  certs = await makeCertificates();
  at = (await server.start()) as typeof at;
  api = await AdminApi.start({ place: at.place, home, targets: new FakeTargets() });
  client = new pg.Client({ connectionString: at.place.url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await api?.close();
  await at?.end();
  for (const dir of [home, certs?.dir]) if (dir) rmSync(dir, { recursive: true });
});

/** Another api on the same database and directories. */
async function startAnother({ ca, cert, key }: TlsPaths): Promise<{ child: ChildProcess; port: number }> {
  const env = {
    ...{ API_PORT: '0', API_SOLVER_ADDRESS: 'localhost:1', DATABASE_URL: at.place.url },
    ...{ API_TLS_CA_FILE: ca, API_TLS_CERT_FILE: cert, API_TLS_KEY_FILE: key },
    ...{ API_SPOOL_DIR: join(home, 'spool'), API_MASTER_KEY_FILE: join(home, 'master-key') },
    ...{ API_BACKUP_DIR: join(home, 'backups') },
  };
  const child = fork(program, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, port };
}

const isSwapping = async () => {
  const { rows } = await client.query(`select 1 from system_jobs where finished_at is null
    and jsonb_path_exists(state, '$.steps[*] ? (@.name == "swap" && @.status == "running")')`);
  return rows.length > 0;
};

suite('the api that restores is killed: the other one goes on', async () => {
  const made = await api.ended((await api.read<SystemJobView>(api.ask('POST', '/system/backups'), 202)).id);
  const later = { name: 'later', password: 'another long password 17', role: 'viewer' };
  await api.read(api.ask('POST', '/users', later), 201);
  const { child, port } = await startAnother(certs.client);
  const holder = new pg.Client({ connectionString: at.place.url });
  await holder.connect();
  // Somebody reads the accounts, so that they cannot be exchanged yet.
  await holder.query('begin');
  await holder.query('lock table users in access share mode');
  try {
    const id = made.backup_id;
    const ordered = fetch(`http://127.0.0.1:${port}/api/v1/system/backups/${id}/restore`, {
      method: 'POST',
      body: JSON.stringify({ password: adminPassword, phrase: `restore ${id}` }),
      headers: { 'content-type': 'application/json', ...api.authorization },
    });
    const job = await api.read<SystemJobView>(ordered, 202);
    await until(isSwapping);
    child.kill('SIGKILL');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    await holder.query('commit');
    await client.query(`update system_jobs set lease_until = clock_timestamp() - interval '1 second'`);
    await api.signInAgain();
    expect(await api.ended(job.id)).toMatchObject({ status: 'done', kind: 'restore', failure: null });
    expect(await api.users()).toEqual(['jane']);
  } finally {
    await holder.end();
  }
});
